import type { JsonObject } from '@rekey/core'
import { closed, exactly, NULL, NUMBER, response, SECRET, TEXT, words } from '../../dialect/openapi-words.js'
import type { Summary } from './envelope.js'
import { PROBLEMS } from './problems.js'
import type { CentrifySettings } from './settings.js'

/** Members that say nothing here. */
const REST: JsonObject = { MessageID: NULL, Exception: NULL, ErrorCode: NULL, IsSoftError: exactly(false), InnerExceptions: NULL }

/** A good answer with that result. */
export function good(result: JsonObject): JsonObject {
  return { title: 'Success', ...closed({ success: exactly(true), Result: result, Message: NULL, ErrorID: NULL, ...REST }) }
}

/** A refusal: with one of these summaries, or of a call that has no result. */
export function failed(summaries?: readonly Summary[]): JsonObject {
  const result = summaries ? closed({ RetryWaitingTime: NUMBER, Summary: words(summaries) }, ['RetryWaitingTime']) : NULL
  const ErrorID = { type: 'string', pattern: '^[^:]+:[0-9a-f]{32}$', description: 'For support: the id of the request in the log' }
  return { title: 'Refusal', ...closed({ success: exactly(false), Result: result, Message: TEXT, ErrorID, ...REST }) }
}

/** The refusals that have a status of their own; a caller who is not authorized gets no result from any call. */
export function refusals(summaries?: readonly Summary[]): JsonObject {
  const statuses = [...new Set(Object.values(PROBLEMS).map(({ status }) => status))].filter((status) => status !== 200)
  return Object.fromEntries(
    statuses.map((status) => {
      const told = Object.values(PROBLEMS).flatMap((problem) => (problem.status === status ? [problem.message] : []))
      const schema = summaries ? { anyOf: [failed(summaries), failed()] } : failed()
      return [status, response([...new Set(told)].join(' '), schema)]
    }),
  )
}

/** A result that is nothing but its summary. */
export function summary(is: Summary): JsonObject {
  return closed({ Summary: exactly(is) })
}

/** A member without a value is left out. */
export function loggedIn({ tenantId }: CentrifySettings): JsonObject {
  return {
    title: 'Log-in',
    ...closed(
      {
        Auth: SECRET,
        Token: SECRET,
        TokenLifetime: { ...NUMBER, description: 'Seconds' },
        UserId: TEXT,
        User: TEXT,
        DisplayName: TEXT,
        EmailAddress: TEXT,
        CustomerID: exactly(tenantId),
        SystemID: exactly(tenantId),
        PodFqdn: TEXT,
        UserDirectory: exactly('CDS'),
        SourceDsType: exactly('CDS'),
        AuthLevel: exactly('Normal'),
        Summary: exactly('LoginSuccess'),
      },
      ['TokenLifetime', 'UserId', 'User', 'DisplayName', 'EmailAddress'],
    ),
  }
}
