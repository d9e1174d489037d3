/** A value that can be written into a condition. Whole numbers are `bigint`, others `number`. */
export type Literal = string | bigint | number | boolean

/** The one spelling of a literal in canonical conditions. */
export function literalText(value: Literal): string {
  if (typeof value === 'string') return JSON.stringify(value)
  return typeof value === 'number' ? doubleText(value) : String(value)
}

/** Reads the one spelling of a literal back. */
export function literalFrom(text: string): Literal {
  if (text.startsWith('"')) return String(JSON.parse(text))
  if (text === 'true' || text === 'false') return text === 'true'
  return /[.e]/.test(text) ? Number(text) : BigInt(text)
}

/** The one spelling of a list of literals: each once, in a fixed order, because only membership is ever asked. */
export function listText(values: readonly Literal[]): string {
  return `[${[...new Set(values.map(literalText))].toSorted().join(', ')}]`
}

/** Whether two literals are one value; numbers are compared across their kinds. */
export function isSame(one: Literal, other: Literal): boolean {
  return isNumber(one) && isNumber(other) ? Number(one) === Number(other) : one === other
}

export function isNumber(value: Literal): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number'
}

/** With a point or an exponent, so that it is read as a double again. */
function doubleText(value: number): string {
  const text = String(value)
  return /[.e]/.test(text) ? text : `${text}.0`
}
