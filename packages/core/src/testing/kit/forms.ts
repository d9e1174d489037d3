import { Secret } from '../../step/secret.js'

/** A value with its secrets in clear and its keys in order, for comparing two of them. */
function plainOf(value: unknown): unknown {
  if (value instanceof Secret) return { secret: value.reveal() }
  if (Array.isArray(value)) return value.map(plainOf)
  if (value instanceof Map || value instanceof Set) return { [value.constructor.name]: plainOf([...value]) }
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? `${value}n` : value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, member]) => [name, plainOf(member)]),
  )
}

/** The same text for the same value. */
export function textOf(value: unknown): string {
  return JSON.stringify(plainOf(value)) ?? 'undefined'
}

/** Members whose very words the caller sees or the engine acts on; of all others only the form may be compared between two people. */
const TOLD = ['is', 'reason', 'at', 'tag', 'template', 'channel', 'rule', 'key']

/** What a caller can tell of a verdict without knowing the person: its words, and the form of the rest. */
export function formOf(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => formOf(item))
  if (value instanceof Secret) return 'secret'
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, formOf(member, key)]))
  return TOLD.includes(name) ? value : typeof value
}

/** Where a value is no JSON: the path and what stands there; undefined for JSON. */
export function notJson(value: unknown, path = ''): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${path} is ${value}`
  if (typeof value !== 'object') return `${path} is ${value === undefined ? '`undefined`' : `a ${typeof value}`}`
  const isPlain = Array.isArray(value) || [null, Object.prototype].includes(Object.getPrototypeOf(value) as object | null)
  if (!isPlain) return `${path} is a \`${value.constructor.name}\``
  for (const [name, member] of Object.entries(value)) {
    const fault = notJson(member, `${path}/${name}`)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** What was thrown, in the words of an error where it is one. */
export function thrownOf(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : shown(thrown)
}

/** A short text of an answer for people. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}
