import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.js'
import type { Machine } from './machine.js'

/**
 * Names a machine by its content: SHA-256 over its canonical JSON, in base64url, 43 characters. Layout, comments, quotes and the order
 * of keys in the flow file do not count; titles and dialect options are not part of the machine.
 */
export function hashMachine(machine: Machine): string {
  return createHash('sha256').update(canonicalJson(machine), 'utf8').digest('base64url')
}
