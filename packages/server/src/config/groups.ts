import type { Properties } from '@rekey/core'

/** A group of keys; what it does not name is a fault. */
export const group = <const P extends Properties, const R extends readonly (keyof P & string)[] = readonly []>(
  description: string,
  properties: P,
  required?: R,
) => ({ type: 'object', description, properties, required: required ?? [], additionalProperties: false }) as const

/** A group that is there, with the defaults of its keys, also when the file does not name it. */
export const standing = <const P extends Properties>(description: string, properties: P) =>
  ({ ...group(description, properties), default: {} }) as const
