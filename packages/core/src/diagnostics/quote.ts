const SHOWN = 60
const HIDDEN_CHARACTERS = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu

/**
 * Text of a flow file in backticks, for messages: at most 60 characters, with control, format and broken characters as `\u{…}`, so
 * that a message is one line and no file can write to the terminal.
 */
export function quote(text: string): string {
  const letters = Array.from(text)
  const shown = letters.length > SHOWN ? `${letters.slice(0, SHOWN).join('')}…` : text
  return `\`${visible(shown)}\``
}

/** Several names, as `a`, `b` and `c`. */
export function quoteAll(names: readonly string[], last = 'and'): string {
  const quoted = names.map(quote)
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} ${last} ${quoted.at(-1)}`
}

/** Replaces what a terminal would obey or swallow by its code point. */
export function visible(text: string): string {
  return text.replace(HIDDEN_CHARACTERS, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}
