import type { Audit } from '../ports/audit.js'
import type { Budgets, Row } from '../ports/budgets.js'
import type { Directory } from '../ports/directory.js'
import type { StepDefinition } from '../step/define-step.js'
import type { JsonObject } from '../step/json.js'
import type { Keyring } from '../token/keyring.js'
import { decoyId } from './decoy.js'
import { Digests } from './digests.js'
import { tryKey } from './try-key.js'

export interface LockoutParts {
  readonly budgets: Budgets
  readonly directory: Directory
  readonly keyring: Pick<Keyring, 'stable'>
  /** All that flows may use: whoever has used up the tries of one may still pass another. */
  readonly steps: readonly StepDefinition[]
}

/** Failures in a row at one type of step. */
export interface Lockout extends Row {
  readonly type: string
}

/**
 * The failures in a row of whoever bears a name: a user name, a mail address or a principal name, as it would be typed into a flow. Of a name that nobody
 * has, or several have, those that were counted for it.
 */
export async function lockoutsOf(parts: LockoutParts, name: string): Promise<readonly Lockout[]> {
  const { budgets, digests, types } = opened(parts)
  const { id } = await namedBy(parts, digests, name)
  const rows = await Promise.all(types.map(async (type) => ({ type, row: await budgets.row(tryKey(digests, id, type)) })))
  return rows.flatMap(({ type, row }) => (row ? [{ type, ...row }] : []))
}

/**
 * Forgets what was counted for a name: the row, and the window of tries beside it. The audit trail is told, whether there was anything or not.
 * @param at seconds since the epoch.
 * @param by who does it, for the audit trail.
 * @returns the types of steps that something was forgotten of.
 */
export async function clearLockouts(
  parts: LockoutParts & { readonly audit: Audit },
  name: string,
  { at, by }: { readonly at: number; readonly by: JsonObject },
): Promise<readonly string[]> {
  const { budgets, digests, types } = opened(parts)
  const { id, digest } = await namedBy(parts, digests, name)
  const cleared = await Promise.all(types.map((type) => budgets.clear(tryKey(digests, id, type))))
  parts.audit.record({ event: 'lockout-cleared', reason: 'operator', at, who: digest, more: by })
  return types.filter((_, index) => cleared[index] === true)
}

async function namedBy(
  { directory }: LockoutParts,
  digests: Digests,
  name: string,
): Promise<{ readonly id: string; readonly digest: string }> {
  const digest = digests.ofIdentifier(directory.normalise(name))
  const found = await directory.find({ is: 'or', of: NAMES.map((field) => ({ is: 'equals', field, value: name })) })
  const [person, another] = found
  return { id: person && !another ? person.id : decoyId(digest, digests), digest }
}

const NAMES = ['userName', 'mail', 'principalName'] as const

function opened({ budgets, keyring, steps }: LockoutParts) {
  const types = steps.filter(({ proves, kind }) => proves !== undefined && kind !== undefined).map(({ type }) => type)
  return { budgets, digests: new Digests(keyring.stable), types }
}
