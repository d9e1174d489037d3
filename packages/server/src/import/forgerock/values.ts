import type { Json } from '@rekey/core'

/** A text that is not empty. */
export function textIn(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A list of texts and nothing else, at least one. */
export function textsIn(value: Json | undefined): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined
  const texts = value.filter((item) => typeof item === 'string')
  return texts.length === value.length ? texts : undefined
}

/** A whole number from 1; the vendor also takes numbers written as text. Placeholders such as `&{…}` are none. */
export function countIn(value: Json | undefined, most: number): number | undefined {
  const count = typeof value === 'number' ? value : typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
  return Number.isInteger(count) && count >= 1 && count <= most ? count : undefined
}
