/** What a script answered, read with its types checked: the border between Redis and us. */

/** @throws TypeError when the answer is no list. */
export function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new TypeError('Redis answered something other than a list')
}

/** @throws TypeError when the answer is no whole number. */
export function asNumber(value: unknown): number {
  const number = Buffer.isBuffer(value) ? Number(value.toString('latin1')) : value
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number
  throw new TypeError('Redis answered something other than a whole number')
}

/** @throws TypeError when the answer is no string. */
export function asBytes(value: unknown): Buffer {
  if (Buffer.isBuffer(value)) return value
  throw new TypeError('Redis answered something other than a string')
}

/** @throws TypeError when the answer is no string. */
export function asText(value: unknown): string {
  return asBytes(value).toString('utf8')
}
