import { atomsOf, type Decisions } from '../machine/condition.js'
import { parseFactName } from './fact-name.js'
import { optionsOf, type LinkedCondition, type Station } from './linked-flow.js'
import type { Standing } from './standing.js'

/** Forgets what nothing behind a station depends on, so that ways that differ in nothing else become one. */
export interface LaterNeeds {
  keep(standing: Standing, at: number): Standing
}

/** What conditions and steps behind each station ask for. */
export function laterNeeds(stations: readonly Station[]): LaterNeeds {
  if (!stations.some(asksForMore)) return NOTHING_NEEDED
  const terms: ReadonlySet<string>[] = []
  const [laterTerms, laterReads] = [new Set<string>(), new Set<string>()]
  const neededWriters: ReadonlySet<string>[] = []
  for (let at = stations.length - 1; at >= 0; at--) {
    terms[at] = new Set(laterTerms)
    neededWriters[at] = new Set(laterReads)
    const station = stations[at]
    if (!station || station.is === 'unknown') continue
    for (const when of conditionsAt(station)) {
      if (when.is === 'faulty') continue
      for (const atom of atomsOf(when.condition)) for (const term of termsOf(atom)) laterTerms.add(term)
      for (const { step } of when.uses.facts) laterReads.add(step)
    }
    for (const option of optionsOf(station)) {
      if (option.is !== 'step') continue
      for (const name of Object.keys(option.definition.reads ?? {})) laterReads.add(`type ${parseFactName(name).type}`)
    }
  }
  const typeOf = new Map(
    stations.flatMap(optionsOf).flatMap((option) => (option.is === 'step' ? [[option.id, option.definition.type] as const] : [])),
  )
  const isRead = (id: string, at: number): boolean =>
    neededWriters[at]?.has(id) === true || neededWriters[at]?.has(`type ${typeOf.get(id) ?? ''}`) === true
  return {
    keep(standing, at) {
      const { wrote, decided } = standing
      if (wrote.length === 0 && decided.size === 0) return standing
      return { ...standing, wrote: wrote.filter((id) => isRead(id, at)), decided: live(decided, terms[at]) }
    },
  }
}

/** Most flows neither have conditions nor steps that read facts: of what was written and decided nothing matters. */
const NOTHING_NEEDED: LaterNeeds = {
  keep: (standing) => (standing.wrote.length === 0 ? standing : { ...standing, wrote: [] }),
}

function asksForMore(station: Station): boolean {
  if (station.is === 'unknown') return false
  return (
    conditionsAt(station).length > 0 || optionsOf(station).some((option) => option.is === 'step' && option.definition.reads !== undefined)
  )
}

function conditionsAt(station: Exclude<Station, { readonly is: 'unknown' }>): readonly LinkedCondition[] {
  return [station, ...optionsOf(station)].flatMap((item) => (item.is !== 'unknown' && item.when ? [item.when] : []))
}

function live(decided: Decisions, later: ReadonlySet<string> | undefined): Decisions {
  if (decided.size === 0 || !later) return decided
  return new Map([...decided].filter(([atom]) => termsOf(atom).some((term) => later.has(term))))
}

const TERM = /(?<![\w.])(?:principal|facts)(?:\.[A-Za-z_]\w*)+/g

/** What an atom is about: `principal.mail`, `facts.parameters.channel`. Atoms about different things say nothing of each other. */
export function termsOf(atom: string): readonly string[] {
  return atom.match(TERM) ?? []
}
