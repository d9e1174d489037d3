import type { Secret } from '../step/secret.js'
import { service } from '../step/service.js'

/** What a generated password looks like. */
export interface PasswordRecipe {
  readonly length: number
  /** Fewest capital letters, small letters, digits and symbols. */
  readonly minUpper: number
  readonly minLower: number
  readonly minDigits: number
  readonly minSymbols: number
  /** The symbols to choose from; none are used when it is empty. */
  readonly symbols: string
  /** Leave out what people confuse when a password is read out: `O0oIl1`. */
  readonly excludeAmbiguous: boolean
}

/** Makes passwords that nobody can foresee. */
export interface PasswordGenerator {
  /**
   * Every character is chosen uniformly, then all are shuffled.
   * @throws RangeError when the recipe asks for more characters than it has room for.
   */
  generate(recipe: PasswordRecipe): Secret
}

export const PasswordGenerator = service<PasswordGenerator>('PasswordGenerator')
