import type { AskedRequirement, JsonObject } from '@rekey/core'
import type { DescribedFlow } from '../../dialect/openapi.js'
import { anyOf, closed, exactly, grouped, list, NULL, NUMBER, TEXT, TRUTH, words } from '../../dialect/openapi-words.js'
import { mechanismOf } from './mechanism.js'
import type { CentrifySettings } from './settings.js'

/** The package, with the mechanisms that the flows can put into it; nothing where no flow asks. */
export function packageSchemas({ tenantId }: CentrifySettings, flows: readonly DescribedFlow[]): JsonObject {
  const hints = {
    PersistDefault: exactly(false),
    AllowPersist: exactly(true),
    AllowForgotPassword: TRUTH,
    EndpointAuthenticationEnabled: exactly(false),
  }
  const shown = flows.filter(({ as }) => as === 'login' || as === 'forgot').flatMap(({ steps }) => steps)
  if (shown.length === 0) return {}
  return {
    Package: closed(
      {
        ClientHints: closed(hints),
        Version: exactly('1.0'),
        SessionId: TEXT,
        EventDescription: NULL,
        RetryWaitingTime: NUMBER,
        SecurityImageName: NULL,
        AllowLoginMfaCache: exactly(false),
        Challenges: list(closed({ Mechanisms: list(mechanisms(shown.flatMap(({ requirement }) => requirement ?? []))) })),
        ClientMessage: TEXT,
        Summary: exactly('NewPackage'),
        TenantId: exactly(tenantId),
      },
      ['ClientMessage'],
    ),
  }
}

/** One schema for each name of a mechanism. */
function mechanisms(asked: readonly AskedRequirement[]): JsonObject {
  const drawn = asked
    .filter(({ kind }) => kind !== 'identifier' && kind !== 'choice')
    .map((requirement) => mechanismOf(requirement, { languages: [], passwordHint: undefined }))
    .flatMap(({ Name, AnswerType }) => (typeof Name === 'string' && typeof AnswerType === 'string' ? [[Name, AnswerType] as const] : []))
  return anyOf([...grouped(drawn)].map(([name, answers]) => mechanism(name, answers)))
}

function mechanism(name: string, answers: readonly string[]): JsonObject {
  const own = OWN[name] ?? {}
  return {
    title: name,
    ...closed(
      {
        AnswerType: words(answers),
        Name: exactly(name),
        PromptMechChosen: TEXT,
        PromptSelectMech: TEXT,
        MechanismId: TEXT,
        Enrolled: exactly(true),
        ...own,
      },
      Object.keys(own),
    ),
  }
}

const PARTS = list(closed({ Uuid: TEXT, QuestionText: TEXT, PromptMechChosen: TEXT }))

/** Members that only some mechanisms have, and not always. */
const OWN: Readonly<Record<string, JsonObject>> = {
  EMAIL: { PartialAddress: TEXT, MaskedEmailAddress: TEXT },
  SMS: { PartialDeviceAddress: TEXT },
  RESET: { PasswordComplexityHint: TEXT },
  SQ: { Question: TEXT, MultipartMechanism: closed({ PromptSelectMech: TEXT, MechanismParts: PARTS }) },
}
