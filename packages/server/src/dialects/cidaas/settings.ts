import { isJsonObject, type Json, type JsonObject, type Properties } from '@rekey/core'
import { originsSetting } from '../../dialect/cors.js'

/** Methods of the vendor. Source: its JavaScript SDK, `Common.model.ts`. */
const METHODS = [
  'PASSWORD',
  'EMAIL',
  'SMS',
  'TOTP',
  'SECURITY_QUESTION',
  'PUSH',
  'TOUCHID',
  'FIDO2',
  'IVR',
  'FACE',
  'BACKUPCODE',
  'PATTERN',
  'VOICE',
] as const

export type Method = (typeof METHODS)[number]

const page = (what: string, path: string) =>
  ({ type: 'string', pattern: '^https?://[^\\s#]+$', maxLength: 1024, description: `${what}. Default: \`<publicUrl>${path}\`` }) as const

/** Settings under `dialects.cidaas` of the configuration. */
export const settings = {
  methods: {
    type: 'array',
    items: { type: 'string', enum: METHODS },
    minItems: 1,
    uniqueItems: true,
    default: ['PASSWORD', 'EMAIL', 'SMS', 'TOTP'],
    description: 'Methods that the list of available ones names, in this order',
  },
  origins: originsSetting,
  clientIds: {
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 128 },
    maxItems: 64,
    uniqueItems: true,
    default: [],
    description: 'Client ids that may ask for a request id; any when the list is empty',
  },
  requireRequestId: {
    type: 'boolean',
    default: true,
    description: 'Whether a reset must name a request id that this server has given out',
  },
  repeatSeconds: {
    type: 'integer',
    minimum: 0,
    maximum: 600,
    default: 120,
    description: 'Time in which the same reset asked for again sends the same code again; `0` begins another one each time',
  },
  forgotPage: page('Page that asks who somebody is and for the code', '/password_forgot'),
  setPage: page('Page that asks for the new password', '/password_set'),
  successPage: page('Page that says that the password is set', '/password_set_success'),
} as const satisfies Properties

export interface CidaasSettings {
  readonly methods: readonly string[]
  readonly origins: readonly string[]
  readonly clientIds: readonly string[]
  readonly requireRequestId: boolean
  readonly repeatSeconds: number
  readonly pages: Pages
}

/** Where form posts lead to. They are configured, never taken from a request. */
export interface Pages {
  readonly forgot: string
  readonly set: string
  readonly success: string
}

/**
 * Reads checked settings; what is absent has its default.
 * @param publicUrl looked at when a page is drawn: the port may not be known before.
 * @throws TypeError when a page is no address, which its pattern cannot say, or when the configuration was not checked at all.
 */
export function readSettings(given: JsonObject, site: { readonly publicUrl: string }): CidaasSettings {
  const [forgot, set, success] = (['forgotPage', 'setPage', 'successPage'] as const).map((name) => ownPage(given[name], name))
  const seconds = given['repeatSeconds']
  return {
    methods: texts(given['methods'] ?? settings.methods.default, 'methods'),
    origins: texts(given['origins'] ?? settings.origins.default, 'origins'),
    clientIds: texts(given['clientIds'] ?? settings.clientIds.default, 'clientIds'),
    requireRequestId: given['requireRequestId'] !== false,
    repeatSeconds: typeof seconds === 'number' ? seconds : settings.repeatSeconds.default,
    pages: {
      get forgot() {
        return forgot ?? `${site.publicUrl}/password_forgot`
      },
      get set() {
        return set ?? `${site.publicUrl}/password_set`
      },
      get success() {
        return success ?? `${site.publicUrl}/password_set_success`
      },
    },
  }
}

/** A page that redirects could not lead to is found when the dialect is mounted, not when somebody has to be sent there. */
function ownPage(value: Json | undefined, name: string): string | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string' || !URL.canParse(value)) throw new TypeError(`\`${name}\` takes the address of a page`)
  return value
}

function texts(value: Json | readonly string[], name: string): readonly string[] {
  if (!Array.isArray(value) || isJsonObject(value)) throw new TypeError(`\`${name}\` is a list`)
  return value.map((item: unknown) => {
    if (typeof item !== 'string') throw new TypeError(`\`${name}\` is a list of texts`)
    return item
  })
}
