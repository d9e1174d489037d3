/** What every emitted module says of states beside those of its flow. */
const TAKEN_STATES: readonly string[] = ['completed', 'failed', 'cancelled', 'unknown']

/** Names that a module gives to types of its own, before `State`. */
const TAKEN_TYPES: readonly string[] = ['', 'First', 'Linked', 'Open', 'Completed', 'Failed', 'Cancelled', 'Unknown']

/** The value of `state` that stands for a step or choice: its id, but for ids that mean something else already. */
export function stateName(id: string): string {
  return TAKEN_STATES.includes(id) ? `${id} (step)` : id
}

/** A stem for the type names of each id: `EmailValidation` for `email-validation`; no two ids share one. */
export function typeStems(ids: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set(TAKEN_TYPES.map((name) => name.toLowerCase()))
  return new Map(
    ids.map((id) => {
      const wanted = stemOf(id)
      let stem = wanted
      for (let count = 2; taken.has(stem.toLowerCase()); count += 1) stem = `${wanted}${count}`
      taken.add(stem.toLowerCase())
      return [id, stem]
    }),
  )
}

function stemOf(id: string): string {
  const stem = id
    .split(/[^A-Za-z0-9]+/)
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('')
  return /^[A-Za-z]/.test(stem) ? stem : `Step${stem}`
}
