/** Widest line of emitted source. */
export const WIDTH = 140

/**
 * A text as a literal of TypeScript that reads back as the same text. Whatever is not plain ASCII is escaped, so that no text can end the
 * literal, break its line or look like another one.
 */
export function literal(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value)
  const escaped = value.replaceAll(/[\\']/g, '\\$&').replaceAll(/[^\u0020-\u007e]/g, escapedUnit)
  return `'${escaped}'`
}

function escapedUnit(unit: string): string {
  return [...Array(unit.length).keys()].map((at) => `\\u${unit.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')
}

/** The name of a member: as it is where that is a name, else quoted. */
export function memberName(name: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) ? name : literal(name)
}

/**
 * A documentation comment of one line. Text of authors cannot end it, open another line, turn the direction of reading, or become a tag
 * that compilers obey, such as `ts-nocheck`.
 */
export function comment(text: string): string {
  const calm = text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replaceAll('*/', '*\\/')
    .replaceAll('/*', '/\\*')
    .replaceAll(/(?<![\p{L}\p{N}])@/gu, '(at)')
    .trim()
  return `/** ${calm === '' ? '…' : calm} */`
}

/** A declared union: on one line where it fits, else one part a line. */
export function union(head: string, parts: readonly string[], indent = ''): string {
  const line = `${head} ${parts.join(' | ')}`
  return fits(line) ? line : [head, ...parts.map((part) => `${indent}  | ${part}`)].join('\n')
}

/** A member that holds a list of texts: on one line where it fits, else one text a line. */
export function list(head: string, texts: readonly string[], indent: string): string {
  const line = `${indent}${head}[${texts.map(literal).join(', ')}],`
  return fits(line) ? line : [`${indent}${head}[`, ...texts.map((text) => `${indent}  ${literal(text)},`), `${indent}],`].join('\n')
}

function fits(line: string): boolean {
  return line.length <= WIDTH
}
