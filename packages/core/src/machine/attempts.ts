import type { Snapshot } from './snapshot.js'

/** The snapshot with one more try of a step counted. */
export function afterTry(snapshot: Snapshot, step: string): Snapshot {
  return { ...snapshot, attempts: { ...snapshot.attempts, [step]: triesOf(snapshot, step) + 1 } }
}

/** Whether a step has no try left. */
export function isUsedUp(
  tries: Pick<Snapshot, 'attempts'>,
  { id, attempts: allowed }: { readonly id: string; readonly attempts: number },
): boolean {
  return triesOf(tries, id) >= allowed
}

/** A step may be called like what every object has: only what was counted counts. */
function triesOf({ attempts }: Pick<Snapshot, 'attempts'>, step: string): number {
  return Object.hasOwn(attempts, step) ? (attempts[step] ?? 0) : 0
}
