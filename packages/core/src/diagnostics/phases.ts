import { DIAGNOSTIC_CODES, type DiagnosticCode } from './codes.js'

const CODES: readonly string[] = Object.keys(DIAGNOSTIC_CODES)

/** The first code of each phase of the table: text, YAML, shape, conditions, names, sense, accepted warnings. */
const BEGINS = [
  'file-too-large',
  'yaml-syntax',
  'wrong-type',
  'bad-condition',
  'unknown-step',
  'caller-not-first',
  'unknown-code',
] as const satisfies readonly DiagnosticCode[]

const SHAPE = 2

/** Behind these a part of the flow is not read on, so that anything may stand there. */
const OPAQUE: readonly string[] = [
  'two-steps-in-one-item',
  'steps-not-a-list',
  'unknown-step',
  'unknown-dialect',
] satisfies readonly DiagnosticCode[]

/** Two that claim one name: the repair of a name does not bring that to light, it causes it. */
const CLASHES: readonly string[] = ['duplicate-id', 'duplicate-flow', 'taken-name', 'taken-slot'] satisfies readonly DiagnosticCode[]

/** True when a report may have been held back by an earlier one: its repair is then no reason for it, it only brings it to light. */
export function mayUncover(repaired: string, other: string): boolean {
  if (phaseOf(repaired) < SHAPE) return true
  if (CLASHES.includes(other)) return false
  return phaseOf(other) > phaseOf(repaired) || (OPAQUE.includes(repaired) && phaseOf(other) >= SHAPE)
}

function phaseOf(code: string): number {
  const at = CODES.indexOf(code)
  return BEGINS.findLastIndex((begin) => CODES.indexOf(begin) <= at)
}
