/** A condition with the signs of other languages replaced by those of CEL. */
export interface Spelled {
  readonly text: string
  readonly message: string
  readonly rule: string
}

/** Signs as people write them, longest first, with what CEL has for them. */
const SIGNS: readonly (readonly [written: string, meant: string])[] = [
  ['===', '=='],
  ['!==', '!='],
  ['==', '=='],
  ['!=', '!='],
  ['<=', '<='],
  ['>=', '>='],
  ['=<', '<='],
  ['=>', '>='],
  ['<>', '!='],
  ['&&', '&&'],
  ['||', '||'],
  ['=', '=='],
  ['&', '&&'],
  ['|', '||'],
  ['\u201C', '"'],
  ['\u201D', '"'],
  ['\u201E', '"'],
  ['\u2018', "'"],
  ['\u2019', "'"],
  ['\u201A', "'"],
]

const WORDS: ReadonlyMap<string, string> = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['not', '!'],
])

/** @returns undefined where nothing of another language stands in the text. What stands in quotes is left alone. */
export function spelled(text: string): Spelled | undefined {
  const rules = new Set<string>()
  let out = ''
  let at = 0
  while (at < text.length) {
    const [written, meant] = pieceAt(text, at, out)
    if (written !== meant) rules.add(`\`${written}\` is written \`${meant.trim()}\``)
    out += meant
    at += written.length
    // The blank behind `not` goes with it.
    if (meant === '!' && written !== meant) while (text[at] === ' ') at++
  }
  const [first] = rules
  if (first === undefined) return undefined
  return { text: out, message: 'this is not how CEL is written', rule: [...rules].join(', ') }
}

/** The piece of text at an offset, and what was meant by it. */
function pieceAt(text: string, at: number, before: string): readonly [written: string, meant: string] {
  const rest = text.slice(at)
  const quotes = /^(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/.exec(rest)?.[0]
  if (quotes !== undefined) return [quotes, quotes]
  const word = /^[A-Za-z_]\w*/.exec(rest)?.[0]
  if (word !== undefined) {
    const meant = before.trimEnd().endsWith('.') ? undefined : WORDS.get(word.toLowerCase())
    return [word, meant ?? word]
  }
  return SIGNS.find(([written]) => rest.startsWith(written)) ?? [rest.charAt(0), rest.charAt(0)]
}
