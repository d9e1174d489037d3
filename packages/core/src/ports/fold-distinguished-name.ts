/**
 * The form of a distinguished name that is compared: ASCII letters in lower case, no blanks around `,`, `+` and `=`. What is escaped stays
 * as it is written: `\,` and `\2C` are two spellings, and only the one that the directory holds is found.
 * Source: RFC 4514 section 2, RFC 4518 for why blanks and case do not count.
 */
export function foldDistinguishedName(name: string): string {
  let folded = ''
  let gap = ''
  let afterSeparator = true
  for (let at = 0; at < name.length; at += 1) {
    const character = name.charAt(at)
    if (character === ' ') {
      if (!afterSeparator) gap += character
      continue
    }
    const separates = character === ',' || character === '+' || character === '='
    folded += separates ? character : gap + lower(character)
    gap = ''
    afterSeparator = separates
    if (character === '\\' && at + 1 < name.length) {
      at += 1
      folded += lower(name.charAt(at))
    }
  }
  return folded
}

function lower(character: string): string {
  return character >= 'A' && character <= 'Z' ? character.toLowerCase() : character
}
