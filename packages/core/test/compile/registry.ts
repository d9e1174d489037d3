import { ask, createRegistry, definePlugin, defineStep, done, type DialectFacts, type Registry } from '../../src/index.js'

/** Steps that look like the built-in ones, and a few more that prove otherwise; core's tests may not import the real ones. */
const asks = { prepare: () => ask({ tag: 'initial' }), submit: () => done() }

const parameters = defineStep({
  type: 'parameters',
  version: 1,
  description: 'Takes values from the application',
  settings: { names: { type: 'array', items: { type: 'string' }, uniqueItems: true, maxItems: 4, default: ['returnParams'] } },
  kind: 'attributes',
  asks: 'Parameters',
  writes: { returnTo: { type: 'string' } },
  ...asks,
})

const userQuery = defineStep({
  type: 'userQuery',
  version: 1,
  description: 'Finds the person',
  settings: {
    fields: {
      type: 'array',
      items: { type: 'string', enum: ['userName', 'mail', 'phone'] },
      uniqueItems: true,
      minItems: 1,
      default: ['userName', 'mail'],
      description: 'Fields that may be searched',
    },
  },
  kind: 'identifier',
  asks: 'Enter your user name',
  names: true,
  ...asks,
})

const emailValidation = defineStep({
  type: 'emailValidation',
  version: 1,
  description: 'Mails a code',
  settings: {
    expires: { type: 'string', format: 'duration', default: '10m', description: 'Life of a code' },
    length: { type: 'integer', minimum: 4, maximum: 12, default: 8, description: 'Digits of a code' },
    template: { type: 'string', minLength: 1, default: 'reset-code' },
  },
  kind: 'code',
  channel: 'email',
  asks: 'Enter code emailed',
  needs: ['mail'],
  proves: { class: 'possession', channel: 'email', subject: 'mail' },
  refusal: { reason: 'code-mismatch' },
  guessSpace: ({ length }) => 10 ** length,
  ...asks,
})

const smsValidation = defineStep({
  type: 'smsValidation',
  version: 1,
  description: 'Sends a code to the phone',
  settings: { apiKey: { type: 'string', secret: true, description: 'Key of the provider' } },
  kind: 'code',
  channel: 'sms',
  asks: 'Enter code sent',
  needs: ['phone'],
  proves: { class: 'possession', channel: 'sms', subject: 'phone' },
  refusal: { reason: 'code-mismatch' },
  guessSpace: () => 1e6,
  ...asks,
})

const totp = defineStep({
  type: 'totp',
  version: 1,
  description: 'Asks for the code of an app',
  settings: { digits: { type: 'integer', enum: [4, 6, 8], default: 6 } },
  kind: 'code',
  channel: 'app',
  asks: 'Enter the code of your app',
  needs: [],
  proves: { class: 'possession', channel: 'app' },
  refusal: { reason: 'code-mismatch' },
  guessSpace: ({ digits }) => 10 ** digits,
  ...asks,
})

const kba = defineStep({
  type: 'kba',
  version: 1,
  description: 'Asks security questions',
  settings: { ask: { type: 'integer', minimum: 1, maximum: 10, default: 1, description: 'How many questions' } },
  kind: 'answers',
  channel: 'knowledge',
  asks: 'Answer security questions',
  needs: ['kba'],
  proves: { class: 'knowledge', channel: 'knowledge' },
  refusal: { reason: 'answers-mismatch' },
  attempts: 3,
  ...asks,
})

const currentPassword = defineStep({
  type: 'currentPassword',
  version: 1,
  description: 'Asks for the present password',
  kind: 'password',
  channel: 'knowledge',
  asks: 'Enter your password',
  needs: [],
  proves: { class: 'knowledge', channel: 'knowledge' },
  refusal: { reason: 'password-mismatch' },
  ...asks,
})

const signedIn = defineStep({
  type: 'signedIn',
  version: 1,
  description: 'Takes the person from a session',
  takes: ['bearer'],
  caller: true,
  names: true,
  proves: { class: 'session', channel: 'session' },
  prepare: () => done(),
})

const trustedCaller = defineStep({
  type: 'trustedCaller',
  version: 1,
  description: 'Takes the word of the calling application',
  takes: ['bearer', 'rawBody'],
  caller: true,
  proves: { class: 'vouched', channel: 'session' },
  prepare: () => done(),
})

const reset = defineStep({
  type: 'reset',
  version: 1,
  description: 'Sets a new password',
  kind: 'newPassword',
  asks: 'Reset your password',
  needs: [],
  changes: 'password',
  ...asks,
})

const firstPassword = defineStep({
  type: 'firstPassword',
  version: 1,
  description: 'Sets the first password of somebody who has none',
  kind: 'newPassword',
  asks: 'Set a password',
  needs: [],
  changes: 'password',
  first: true,
  ...asks,
})

const issueSession = defineStep({
  type: 'issueSession',
  version: 1,
  description: 'Opens a login session',
  needs: [],
  changes: 'session',
  prepare: () => done(),
})

const confirm = defineStep({
  type: 'acme/confirm',
  version: 2,
  description: 'Shows where the person will return to',
  settings: {
    style: {
      oneOf: [
        { type: 'string', enum: ['plain', 'rich'] },
        { type: 'object', properties: { theme: { type: 'string' } }, required: ['theme'], additionalProperties: false },
      ],
    },
    lines: { type: 'object', additionalProperties: { type: 'string', maxLength: 10 } },
  },
  kind: 'consent',
  asks: 'Confirm',
  reads: { 'parameters.returnTo': { type: 'string' } },
  ...asks,
})

const captcha = defineStep({
  type: 'acme/captcha',
  version: 1,
  description: 'Asks whether somebody is there',
  kind: 'captcha',
  asks: 'Tick the box',
  ...asks,
})

const check = defineStep({
  type: 'acme/check',
  version: 1,
  description: 'Looks something up and asks nobody',
  prepare: () => done(),
})

const idp: DialectFacts = {
  name: 'idp',
  kinds: ['identifier', 'code', 'answers', 'password', 'newPassword', 'attributes', 'consent', 'choice'],
  options: { as: { type: 'string', pattern: '^[A-Za-z-]+$' }, style: { type: 'string', enum: ['plain', 'rich'], default: 'plain' } },
  speaksByDefault: true,
  offers: ['bearer', 'rawBody'],
}

const kiosk: DialectFacts = {
  name: 'kiosk',
  kinds: ['identifier', 'code', 'newPassword'],
  options: { as: { type: 'string' } },
  speaksByDefault: false,
}

const desk: DialectFacts = {
  name: 'desk',
  kinds: ['identifier', 'code', 'password', 'newPassword', 'choice'],
  options: { style: { type: 'string', enum: ['plain', 'rich'], default: 'plain' } },
  speaksByDefault: false,
  slots: ['forgot', 'change', 'set'],
  offers: ['bearer'],
}

const STEPS = [
  parameters,
  userQuery,
  emailValidation,
  kba,
  reset,
  smsValidation,
  totp,
  currentPassword,
  signedIn,
  trustedCaller,
  firstPassword,
  issueSession,
  confirm,
  captcha,
  check,
]

export const registry: Registry = createRegistry([definePlugin({ name: 'look-alikes', steps: STEPS })], [idp, kiosk, desk])
