import type { SettingOrders } from '@rekey/core'

/** Which way the settings of the built-in steps are safer. What is not here is told as changed, without a word on whether it is worse. */
export const SETTING_ORDERS: SettingOrders = {
  trustedCaller: { mode: ['static', 'timed'], skewWindows: 'less' },
  signedIn: { scopes: 'more' },
  userQuery: { fields: 'less', alternatives: ['any', 'agree'], states: 'less' },
  restriction: { allowedGroups: 'less but some', disallowedGroups: 'more', states: 'less' },
  kba: { ask: 'more', own: 'less' },
  generatePassword: { length: 'more', minUpper: 'more', minLower: 'more', minDigits: 'more', minSymbols: 'more' },
}
