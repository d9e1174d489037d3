import { hash } from 'node:crypto'
import { canonicalJson } from './canonical-json.js'
import type { Machine } from './machine.js'

/**
 * Names a machine by its content: SHA-256 over its canonical JSON, in base64url, 43 characters. Layout, comments, quotes and the order
 * of keys in the flow file do not count; titles and dialect options are not part of the machine.
 */
export function hashMachine(machine: Machine): string {
  const { limits } = machine
  if (!SHARED.has(limits)) SHARED.set(limits, canonicalJson(limits))
  return hash('sha256', canonicalJson(machine, SHARED), 'base64url')
}

/** Most flows have the same limits, and most steps the same settings: more than half of a machine. */
const SHARED = new WeakMap<object, string>()
