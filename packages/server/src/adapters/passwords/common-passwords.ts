import { readFileSync } from 'node:fs'

/** Passwords that everybody tries first. */
export interface CommonPasswords {
  /** True for a word of the list in any case, for such a word repeated, and for one character repeated. */
  has(password: string): boolean
}

/** Reads the list that ships: one word a line, lower case. `#` begins a comment. */
export function loadCommonPasswords(): CommonPasswords {
  return commonPasswords(readFileSync(new URL('../../../common-passwords.txt', import.meta.url), 'utf8'))
}

/** @param text one word a line. */
export function commonPasswords(text: string): CommonPasswords {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const words = new Set(lines.filter((line) => line !== '' && !line.startsWith('#')).map(fold))
  return {
    has(password) {
      const folded = fold(password)
      const unit = repeatedUnit(folded)
      return words.has(folded) || words.has(unit) || (unit.length === 1 && folded.length > 1)
    },
  }
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

/** The shortest text whose repetition gives the whole: `abcabc` is `abc` repeated, `abcab` only itself. */
function repeatedUnit(text: string): string {
  for (let length = 1; length <= text.length / 2; length += 1) {
    if (text.length % length === 0 && text.slice(0, length).repeat(text.length / length) === text) return text.slice(0, length)
  }
  return text
}
