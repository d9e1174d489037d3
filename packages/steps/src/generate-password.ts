import { defineStep, done, failed, PasswordGenerator, PasswordPolicy, type PolicyRule } from '@rekey/core'

const atLeast = (of: string) => ({ type: 'integer', minimum: 0, maximum: 16, default: 1, description: `Fewest ${of}` }) as const

/** Sets a generated password, once the proof that the flow requires has been given, and tells it to the client this once. */
export const generatePassword = defineStep({
  type: 'generatePassword',
  version: 1,
  description: 'Sets a random password that must be changed at the first log-in, and gives it at the end of the flow',
  settings: {
    length: { type: 'integer', minimum: 8, maximum: 64, default: 12, description: 'Characters; more where the password policy wants more' },
    minUpper: atLeast('capital letters'),
    minLower: atLeast('small letters'),
    minDigits: atLeast('digits'),
    minSymbols: atLeast('symbols'),
    symbols: {
      type: 'string',
      pattern: '^[!-/:-@\\[-`{-~]*$',
      maxLength: 32,
      default: '!#$%*+-=?@_',
      description: 'The symbols to choose from',
    },
    excludeAmbiguous: {
      type: 'boolean',
      default: true,
      description: 'Whether `O`, `0`, `o`, `I`, `l` and `1` are left out, which people confuse when they hear or read them',
    },
    tries: { type: 'integer', minimum: 1, maximum: 10, default: 3, description: 'Passwords that are made until one keeps the policy' },
  },
  needs: [],
  changes: 'password',
  outputs: {
    password: { type: 'string', secret: true },
    userName: { type: 'string' },
    distinguishedName: { type: 'string' },
  },
  inject: { generator: PasswordGenerator, policy: PasswordPolicy },

  async prepare({ settings, principal, deps }) {
    const recipe = { ...settings, length: Math.max(settings.length, leastLength(deps.policy.rules())) }
    for (let left = settings.tries; left > 0; left -= 1) {
      const secret = deps.generator.generate(recipe)
      if ((await deps.policy.check(secret, principal)).length > 0) continue
      const { userName, distinguishedName } = principal
      return done({
        change: { is: 'password', secret, mustChange: true },
        outputs: { password: secret.reveal(), userName, ...(distinguishedName !== undefined && { distinguishedName }) },
      })
    }
    return failed('password-not-complex')
  },
})

/** Fewest characters that the policy lets through; 0 where it has no such rule. */
function leastLength(rules: readonly PolicyRule[]): number {
  return Math.max(
    0,
    ...rules.flatMap(({ rule, params: { minLength } }) => (rule === 'MIN_LENGTH' && typeof minLength === 'number' ? [minLength] : [])),
  )
}
