/**
 * Splits a command line into program and arguments, once, at start: at blanks, double quotes group. Nothing else has a meaning; no shell
 * ever sees the line.
 * Source: Bright Pattern, Password Reset Module, External Validation Script Specification, for the quotes.
 * @returns undefined for an empty line and for a quote that is not closed.
 */
export function splitCommand(line: string): readonly [program: string, ...args: string[]] | undefined {
  const words: string[] = []
  let word: string | undefined
  let quoted = false
  for (const character of line) {
    if (character === '"') {
      quoted = !quoted
      word ??= ''
    } else if (!quoted && /\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? '') + character
    }
  }
  if (quoted) return undefined
  if (word !== undefined) words.push(word)
  const [program, ...args] = words
  return program === undefined || program === '' ? undefined : [program, ...args]
}
