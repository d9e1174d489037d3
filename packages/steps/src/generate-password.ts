import { defineStep, done, failed, PasswordGenerator, PasswordPolicy, type PasswordRecipe, type PolicyRule } from '@rekey/core'

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
    const recipe = recipeFor(settings, deps.policy.rules())
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

/** The recipe, and what the policy counts on top of it: only what it looks up is left to trying again. */
function recipeFor(settings: PasswordRecipe, rules: readonly PolicyRule[]): PasswordRecipe {
  const least = (rule: string, param: string) =>
    Math.max(0, ...rules.map(({ rule: name, params }) => (name === rule && typeof params[param] === 'number' ? params[param] : 0)))
  const minUpper = Math.max(settings.minUpper, least('AT_LEAST_X_CAPITAL_LETTERS', 'numCaps'))
  const minDigits = Math.max(settings.minDigits, least('AT_LEAST_X_NUMBERS', 'numNums'))
  const counted = minUpper + settings.minLower + minDigits + settings.minSymbols
  return { ...settings, minUpper, minDigits, length: Math.max(settings.length, least('MIN_LENGTH', 'minLength'), counted) }
}
