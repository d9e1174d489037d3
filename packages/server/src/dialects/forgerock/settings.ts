import type { Json, JsonObject, Properties } from '@rekey/core'
import { bytesOf } from './credentials.js'

/** Settings under `dialects.forgerock` of the configuration. */
export const settings = {
  basePaths: {
    type: 'array',
    items: { type: 'string', pattern: '^(/[A-Za-z0-9._~-]+)+$', maxLength: 128 },
    minItems: 1,
    maxItems: 8,
    uniqueItems: true,
    default: ['/openidm'],
    description: 'Paths under which the protocol is served; AM serves it under `/json/realms/root`',
  },
  credentials: {
    type: 'string',
    enum: ['required', 'off'],
    default: 'required',
    description: 'Whether a POST must carry the static user name and password; AM demands none',
  },
  // Every copy of the vendor's pages carries this pair, so it is no secret; it keeps out nothing but mistakes.
  userName: { type: 'string', minLength: 1, maxLength: 128, default: 'anonymous', description: 'Static user of the self-service pages' },
  password: { type: 'string', minLength: 1, maxLength: 128, default: 'anonymous', description: 'Password of that user' },
  csrf: {
    type: 'boolean',
    default: true,
    description: 'Whether a POST without credentials must carry a header that a foreign page cannot send',
  },
  weakPassword: {
    type: 'string',
    enum: ['error', 'requirements'],
    default: 'requirements',
    description: 'How a password that breaks the policy is answered: 403 as in OpenIDM 4 and 5, or the question again as from IDM 6 on',
  },
} as const satisfies Properties

/** Options of a flow under `speaks: { forgerock: … }`. */
export const options = {
  as: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$', maxLength: 64, description: 'Name of the process in the path' },
  link: {
    type: 'string',
    pattern: '^https?://[^\\s]+$',
    maxLength: 1024,
    description: 'What mailed links begin with; token and code are put behind it. Default: `<publicUrl>/#/passwordreset/`',
  },
} as const satisfies Properties

export interface ForgerockSettings {
  readonly basePaths: readonly string[]
  /** The static pair, as `bytesOf` tells it. */
  readonly credentials: { readonly pair: Uint8Array } | 'off'
  readonly csrf: boolean
  readonly weakPassword: 'error' | 'requirements'
}

/**
 * Reads checked settings; what is absent has its default.
 * @throws TypeError when a value has a type that the schema does not allow: the configuration was not checked.
 */
export function readSettings(given: JsonObject): ForgerockSettings {
  const basePaths = given['basePaths'] ?? settings.basePaths.default
  if (!Array.isArray(basePaths)) throw new TypeError('`basePaths` is a list')
  return {
    basePaths: basePaths.map((path) => text(path, 'basePaths')),
    credentials:
      given['credentials'] === 'off'
        ? 'off'
        : {
            pair: bytesOf({
              userName: text(given['userName'] ?? settings.userName.default, 'userName'),
              password: text(given['password'] ?? settings.password.default, 'password'),
            }),
          },
    csrf: given['csrf'] !== false,
    weakPassword: given['weakPassword'] === 'error' ? 'error' : 'requirements',
  }
}

function text(value: Json, name: string): string {
  if (typeof value !== 'string') throw new TypeError(`\`${name}\` is text`)
  return value
}
