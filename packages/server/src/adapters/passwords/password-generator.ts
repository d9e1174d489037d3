import { randomInt } from 'node:crypto'
import { Secret, type PasswordGenerator, type PasswordRecipe } from '@rekey/core'

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'
const AMBIGUOUS = new Set('O0oIl1|')

/** Chooses a whole number from 0 (inclusive) to `below` (exclusive), each as likely as any other. */
export type Choose = (below: number) => number

/** Makes passwords by the system's source of randomness. */
export class RandomPasswords implements PasswordGenerator {
  /** @param choose uniform and unforeseeable; another one is for tests. */
  constructor(private readonly choose: Choose = (below) => randomInt(below)) {}

  generate(recipe: PasswordRecipe): Secret {
    const { length, minUpper, minLower, minDigits, minSymbols, symbols } = recipe
    const classes = [
      { from: usable(UPPER, recipe), least: minUpper },
      { from: usable(LOWER, recipe), least: minLower },
      { from: usable(DIGITS, recipe), least: minDigits },
      { from: usable(symbols, recipe), least: minSymbols },
    ]
    const wanted = classes.reduce((sum, { least }) => sum + least, 0)
    if (wanted > length) throw new RangeError('a generated password has no room for all the characters it must hold')
    if (classes.some(({ from, least }) => least > 0 && from.length === 0)) throw new RangeError('there are no symbols to choose from')
    const all = classes.flatMap(({ from }) => from)
    const characters = [...classes.flatMap(({ from, least }) => this.#several(from, least)), ...this.#several(all, length - wanted)]
    return new Secret(this.#shuffled(characters).join(''))
  }

  #several(from: readonly string[], count: number): readonly string[] {
    return Array.from({ length: count }, () => from[this.choose(from.length)] ?? '')
  }

  /** Fisher and Yates: every order is as likely as any other, so that nothing shows which character was chosen for which rule. */
  #shuffled(characters: readonly string[]): readonly string[] {
    const left = [...characters]
    return characters.flatMap(() => left.splice(this.choose(left.length), 1))
  }
}

/** Each character once, so that a symbol written twice is no likelier. */
function usable(characters: string, { excludeAmbiguous }: PasswordRecipe): readonly string[] {
  return [...new Set(characters)].filter((character) => !excludeAmbiguous || !AMBIGUOUS.has(character))
}
