import { isJsonObject, type FilterField, type Json, type JsonObject, type Properties } from '@rekey/core'

/** Fields of the directory that a person may be looked for by. */
const FIELDS = ['userName', 'mail', 'phone', 'givenName', 'surname'] as const satisfies readonly FilterField[]

/** Settings under `dialects.airlock` of the configuration. What the vendor leaves to an installation is a setting here. */
export const settings = {
  prefix: {
    type: 'string',
    pattern: '^(/[A-Za-z0-9._~-]+)*$',
    maxLength: 128,
    default: '/auth/rest',
    description: 'What stands before `/public` and `/protected`; may be empty',
  },
  cookieName: {
    type: 'string',
    pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
    maxLength: 64,
    default: 'AL_SESS-S',
    description: 'Cookie that carries the conversation',
  },
  cookiePath: { type: 'string', pattern: '^/[!-:<-~]*$', maxLength: 128, default: '/', description: 'Path of that cookie' },
  loginCookieName: {
    type: 'string',
    pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
    maxLength: 64,
    description: 'Cookie that carries the token of a log-in to protected calls without `Authorization: Bearer`; none is read when absent',
  },
  csrfHeader: { type: 'boolean', default: false, description: 'Whether every call must carry `X-Same-Domain`, with any value' },
  origins: {
    type: 'array',
    items: { type: 'string', pattern: '^https?://[A-Za-z0-9.:\\[\\]-]+$' },
    maxItems: 32,
    uniqueItems: true,
    default: [],
    description:
      'Origins of pages, beside that of `publicUrl`, whose calls are not refused as forged. No CORS header is sent: such a page calls through a proxy of its own host that keeps `Origin`',
  },
  selectWhileRunning: {
    type: 'string',
    enum: ['refuse', 'restart'],
    default: 'refuse',
    description: 'What `select` does while a flow runs in the session: `UNEXPECTED_CALL`, or the flow begins anew',
  },
  usernameFields: {
    type: 'array',
    items: { type: 'string', enum: FIELDS },
    minItems: 1,
    uniqueItems: true,
    default: ['userName'],
    description: 'Fields of the directory that `username` is compared with',
  },
  userDataItems: {
    type: 'object',
    additionalProperties: { type: 'string', enum: FIELDS },
    maxProperties: 16,
    default: { username: 'userName', email: 'mail', phone: 'phone', givenName: 'givenName', surname: 'surname' },
    description: 'Members of `user-data/identify` with the field of the directory that each is compared with',
  },
  passwordChangeFlow: {
    type: 'string',
    pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$',
    maxLength: 64,
    default: 'password-change',
    description: 'Flow that `/protected/my/password/change` runs through in one call',
  },
  policyDetails: {
    type: 'object',
    additionalProperties: { type: 'string', pattern: '^[A-Z][A-Z0-9_]*$', maxLength: 64 },
    maxProperties: 64,
    default: {},
    description: 'Words of `detail` for rules of the password policy, by the name of the rule, where they differ from ours',
  },
} as const satisfies Properties

/** Options of a flow under `speaks: { airlock: … }`. */
export const options = {
  as: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$', maxLength: 64, description: 'Id of the flow in the path' },
  area: {
    type: 'string',
    enum: ['public', 'protected'],
    default: 'public',
    description: 'Where the flow is selected: by anybody, or by somebody who is signed in',
  },
  nextSteps: {
    type: 'object',
    additionalProperties: { type: 'string', pattern: '^[A-Z][A-Z0-9_]*$', maxLength: 64 },
    maxProperties: 32,
    description: 'Values of `nextStep` by the id of the step, where they differ from those of its kind',
  },
  link: {
    type: 'string',
    pattern: '^https?://[^\\s]+$',
    maxLength: 1024,
    description: 'What mailed links begin with; `flow=…&token=…` is put behind it. Default: `<publicUrl>/#/self-service?`',
  },
} as const satisfies Properties

export interface AirlockSettings {
  readonly prefix: string
  readonly cookieName: string
  readonly cookiePath: string
  readonly loginCookieName: string | undefined
  readonly csrfHeader: boolean
  readonly origins: readonly string[]
  readonly selectWhileRunning: 'refuse' | 'restart'
  readonly usernameFields: readonly FilterField[]
  readonly userDataItems: ReadonlyMap<string, FilterField>
  readonly passwordChangeFlow: string
  readonly policyDetails: ReadonlyMap<string, string>
}

/**
 * Reads checked settings; what is absent has its default.
 * @throws TypeError when a value has a type that the schema does not allow: the configuration was not checked.
 */
export function readSettings(given: JsonObject): AirlockSettings {
  const value = (name: keyof typeof settings) => given[name] ?? ('default' in settings[name] ? settings[name].default : undefined)
  const loginCookie = value('loginCookieName')
  return {
    prefix: text(value('prefix')),
    cookieName: text(value('cookieName')),
    cookiePath: text(value('cookiePath')),
    loginCookieName: loginCookie === undefined ? undefined : text(loginCookie),
    csrfHeader: value('csrfHeader') === true,
    origins: list(value('origins')).map(text),
    selectWhileRunning: value('selectWhileRunning') === 'restart' ? 'restart' : 'refuse',
    usernameFields: list(value('usernameFields')).map(field),
    userDataItems: new Map(members(value('userDataItems')).map(([name, of]) => [name, field(of)])),
    passwordChangeFlow: text(value('passwordChangeFlow')),
    policyDetails: new Map(members(value('policyDetails')).map(([rule, word]) => [rule, text(word)])),
  }
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('a setting of `airlock` is no text')
  return value
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError('a setting of `airlock` is no list')
  return value
}

function members(value: unknown): readonly (readonly [string, Json])[] {
  if (!isJsonObject(value)) throw new TypeError('a setting of `airlock` is no mapping')
  return Object.entries(value)
}

function field(value: unknown): FilterField {
  const found = FIELDS.find((name) => name === value)
  if (found === undefined) throw new TypeError('a setting of `airlock` names a field that people are not looked for by')
  return found
}
