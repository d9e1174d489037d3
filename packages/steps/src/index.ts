import { definePlugin } from '@rekey/core'
import { captcha } from './captcha.js'
import { currentPassword } from './current-password.js'
import { emailValidation } from './email-validation.js'
import { firstPassword } from './first-password.js'
import { generatePassword } from './generate-password.js'
import { issueSession } from './issue-session.js'
import { kba } from './kba.js'
import { notify } from './notify.js'
import { parameters } from './parameters.js'
import { reset } from './reset.js'
import { restriction } from './restriction.js'
import { signedIn } from './signed-in.js'
import { smsValidation } from './sms-validation.js'
import { totp } from './totp.js'
import { trustedCaller } from './trusted-caller.js'
import { userQuery } from './user-query.js'
import { validator } from './validator.js'

export {
  captcha,
  currentPassword,
  emailValidation,
  firstPassword,
  generatePassword,
  issueSession,
  kba,
  notify,
  parameters,
  reset,
  restriction,
  signedIn,
  smsValidation,
  totp,
  trustedCaller,
  userQuery,
  validator,
}

// For tests of flows
export { appCode } from './totp-code.js'

/** The steps that come with Rekey, in the order in which a flow usually names them. */
export const builtInSteps = definePlugin({
  name: 'rekey',
  steps: [
    // who calls
    trustedCaller,
    signedIn,
    // whether it is anybody
    captcha,
    // who it is about
    parameters,
    userQuery,
    restriction,
    validator,
    // proofs
    emailValidation,
    smsValidation,
    totp,
    kba,
    currentPassword,
    // what comes of it
    reset,
    firstPassword,
    generatePassword,
    issueSession,
    notify,
  ],
})
