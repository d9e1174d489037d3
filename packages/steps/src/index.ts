import { definePlugin } from '@rekey/core'
import { emailValidation } from './email-validation.js'
import { kba } from './kba.js'
import { parameters } from './parameters.js'
import { reset } from './reset.js'
import { userQuery } from './user-query.js'

export { emailValidation, kba, parameters, reset, userQuery }

/** The steps that come with Rekey, in the order in which a flow usually names them. */
export const builtInSteps = definePlugin({
  name: 'rekey',
  steps: [parameters, userQuery, emailValidation, kba, reset],
})
