import type { OpenapiContext, OpenapiPart } from '../../dialect/openapi.js'
import { body, closed, exactly, NUMBER, open, response, SECRET, TEXT } from '../../dialect/openapi-words.js'

/** The one address of this wire. */
export const PATH = '/api/users'

/** Describes the one call, where a flow takes it. */
export function describeBrightPattern({ flows: [flow] }: OpenapiContext): OpenapiPart {
  const description =
    'Bright Pattern Password Reset: one call, by which a contact centre asks for a new password for somebody. Who calls without the token finds no such path.'
  if (!flow) return { description, paths: {} }
  return {
    description,
    paths: {
      [PATH]: {
        post: {
          tags: [flow.id],
          summary: 'Set a new password for somebody, and tell it',
          security: [{ bearer: [] }],
          requestBody: body(REQUEST),
          responses: {
            200: response('The new password; or `failed`, whatever the reason', { anyOf: [DONE, FAILED] }),
            400: response('The body is no JSON object', FAILED),
            404: response('The token is not good: nothing is told from an unknown path', UNKNOWN, { types: ['application/problem+json'] }),
          },
        },
      },
    },
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'The token that the flow’s `trustedCaller` compares' } },
  }
}

const USER = {
  ...TEXT,
  minLength: 1,
  maxLength: 1024,
  examples: ['Jon.One', String.raw`mydomain\Jon.One`, 'Jon.One@mydomain.com', 'LDAP://CN=Jon.One,CN=Users,DC=mydomain,DC=com'],
}

/** Further members are legal; the whole body goes to the validator. */
const REQUEST = open(
  { type: exactly('request'), request: open({ action: exactly('generate_password'), user: USER }, ['action', 'user']) },
  ['type', 'request'],
)
const DONE = {
  title: 'Done',
  ...closed({ res: exactly('ok'), type: exactly('response'), response: closed({ password: SECRET, username: TEXT }) }),
}
const FAILED = { title: 'Failed', ...closed({ res: exactly('failed') }) }
/** Source: RFC 9457. */
const UNKNOWN = closed({ type: TEXT, title: TEXT, status: NUMBER })
