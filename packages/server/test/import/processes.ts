import type { JsonObject } from '@rekey/core'

/** Processes as installations have them, written after the vendor's reference. */

const IDENTITY: JsonObject = { identityServiceUrl: 'managed/user' }

export const PARAMETERS: JsonObject = { name: 'parameters', parameterNames: ['returnParams'] }

export const USER_QUERY: JsonObject = {
  name: 'userQuery',
  validQueryFields: ['userName', 'mail', 'givenName', 'sn'],
  identityIdField: '_id',
  identityEmailField: 'mail',
  identityUsernameField: 'userName',
  ...IDENTITY,
}

export const EMAIL: JsonObject = {
  name: 'emailValidation',
  identityEmailField: 'mail',
  emailServiceUrl: 'external/email',
  emailServiceParameters: { waitForCompletion: false },
  from: 'helpdesk@acme.example',
  subject: 'Reset',
  mimeType: 'text/html',
  subjectTranslations: { en: 'Choose a new password', de: 'Neues Kennwort' },
  messageTranslations: {
    en: '<p>Somebody, most likely you, wants a new password: <a href="%link%">here</a></p>',
    de: '<a href="%link%">Hier</a>',
  },
  verificationLinkToken: '%link%',
  verificationLink: 'https://idm.acme.example/#/passwordreset/',
}

export const QUESTIONS: JsonObject = {
  name: 'kbaSecurityAnswerVerificationStage',
  kbaPropertyName: 'kbaInfo',
  kbaConfig: null,
  ...IDENTITY,
}

export const CAPTCHA: JsonObject = {
  name: 'captcha',
  recaptchaSiteKey: '6LfAcmeSite',
  recaptchaSecretKey: 'shh-captcha',
  recaptchaUri: 'https://www.google.com/recaptcha/api/siteverify',
}

export const ACTIVE: JsonObject = { name: 'validateActiveAccount', accountStatusField: 'accountStatus', validStatusValue: 'active' }

export const RESET: JsonObject = { name: 'resetStage', identityPasswordField: 'password', ...IDENTITY }

export const FRAME: JsonObject = {
  snapshotToken: {
    type: 'jwt',
    jweAlgorithm: 'RSAES_PKCS1_V1_5',
    encryptionMethod: 'A128CBC_HS256',
    jwsAlgorithm: 'HS256',
    tokenExpiry: 300,
  },
  storage: 'stateless',
}

export function processOf(...stageConfigs: readonly JsonObject[]): JsonObject {
  return { stageConfigs, ...FRAME }
}

/** `selfservice.kba.json`. */
export const KBA: JsonObject = {
  kbaPropertyName: 'kbaInfo',
  minimumAnswersToDefine: 2,
  minimumAnswersToVerify: 2,
  questions: { '1': { en: 'Your first pet?', fr: 'Votre premier animal ?' }, '2': { en: 'Your first street?' } },
  numberOfAttemptsAllowed: 3,
  kbaAttemptsPropertyName: 'lockoutproperty',
}
