import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffFlows, SourceFile, type DiffSeverity, type FlowsDiff } from '../../src/index.js'
import { orders, registry } from './registry.js'

/** One station: a step or a choice of several, under a condition or none. */
interface Station {
  readonly options: readonly string[]
  readonly when?: string
}

type Flow = readonly Station[]

const PROVING = ['emailValidation', 'smsValidation', 'totp', 'kba', 'currentPassword'] as const
const CONDITIONS = [
  'has(principal.phone)',
  '!has(principal.phone)',
  '"staff" in principal.groups',
  'has(facts.wishes.channel)',
  'has(principal.phone) && "staff" in principal.groups',
]

const station = fc.record(
  {
    options: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...PROVING, 'notify', 'restriction').map((type) => [type]) },
      { weight: 1, arbitrary: fc.uniqueArray(fc.constantFrom(...PROVING), { minLength: 2, maxLength: 3 }) },
    ),
    when: fc.constantFrom(...CONDITIONS),
  },
  { requiredKeys: ['options'] },
)
const flow: fc.Arbitrary<Flow> = fc
  .tuple(fc.array(station, { minLength: 1, maxLength: 5 }), fc.constantFrom('reset', 'issueSession'))
  .map(([middle, change]) => [{ options: ['wishes'] }, { options: ['userQuery'] }, ...middle, { options: [change] }])

/** The file of a flow. Every station keeps its name when another one is taken out. */
const written = (stations: Flow, names: readonly string[], indent?: number) => {
  const steps = stations.map(({ options, when }, at) => {
    const name = names[at] ?? ''
    const items = options.map((type, index) => ({
      [type]: null,
      id: ['wishes', 'userQuery'].includes(type) ? type : `${name}${'abc'[index]}`,
    }))
    return { ...(items.length === 1 ? items[0] : { choose: items, id: name }), ...(when !== undefined && { when }) }
  })
  const allow = ['questions-alone', 'questions-first', 'visible-branch-before-proof', 'condition-always-true'].map((code) => ({
    code,
    reason: 'generated',
  }))
  return { files: [new SourceFile('flow.yaml', JSON.stringify({ flow: 'generated', allow, steps }, undefined, indent))] }
}

const namesOf = (stations: Flow) => stations.map((_, at) => `s${at}`)
const severities = (diff: FlowsDiff): readonly DiffSeverity[] | undefined =>
  diff.is === 'compared' ? diff.flows.flatMap(({ findings }) => findings.map(({ severity }) => severity)) : undefined
const proofs = (diff: FlowsDiff) =>
  diff.is === 'compared'
    ? diff.flows.flatMap(({ findings }) => findings.filter(({ about, severity }) => about === 'proof' && severity !== 'change'))
    : undefined
const between = (old: ReturnType<typeof written>, now: ReturnType<typeof written>) => diffFlows(old, now, registry, { orders })

test('a flow does not differ from itself, however it is laid out', () => {
  fc.assert(
    fc.property(flow, fc.constantFrom(undefined, 1, 4), (stations, indent) => {
      const diff = between(written(stations, namesOf(stations)), written(stations, namesOf(stations), indent))
      fc.pre(diff.is === 'compared')
      expect(diff).toEqual({ is: 'compared', flows: [] })
    }),
    { numRuns: 110 },
  )
})

test('taking a proof away that the caller could not choose to skip is a danger, and putting any back is none', () => {
  fc.assert(
    fc.property(flow, fc.nat(), (stations, pick) => {
      const names = namesOf(stations)
      const proving = stations.flatMap(({ options }, at) => (options.every((type) => PROVING.some((one) => one === type)) ? [at] : []))
      const at = proving[pick % proving.length]
      fc.pre(at !== undefined)
      const isSkippable = stations[at]?.when?.includes('facts.') === true
      const [whole, without] = [written(stations, names), written(stations.toSpliced(at, 1), names.toSpliced(at, 1))]
      const [taken, put] = [between(whole, without), between(without, whole)].map(severities)
      fc.pre(taken !== undefined && put !== undefined)
      expect(isSkippable || taken.includes('danger')).toBe(true)
      expect(put).not.toContain('danger')
    }),
    { numRuns: 150 },
  )
})

// The same question answered by brute force, by rules that are written down a second time: every person, everything a caller may say, and
// every pick is gone through alone.

interface World {
  readonly phone: boolean
  readonly staff: boolean
}

const BOTH = [true, false] as const
const WORLDS: readonly World[] = BOTH.flatMap((phone) => BOTH.map((staff) => ({ phone, staff })))

const holds = (when: string | undefined, { phone, staff }: World, said: boolean): boolean => {
  const parts = when?.split(' && ') ?? []
  return parts.every((part) => {
    if (part.includes('staff')) return staff
    return part.includes('facts') ? said : phone === !part.startsWith('!')
  })
}

/** Everything that a person may have to pass, each list on one way. */
const waysIn = (stations: Flow, world: World): readonly (readonly string[])[] =>
  BOTH.flatMap((said) =>
    stations.reduce<readonly (readonly string[])[]>(
      (ways, { options, when }) => {
        const met = options.filter((type) => !['wishes', 'userQuery', 'notify', 'reset', 'issueSession'].includes(type))
        return met.length === 0 || !holds(when, world, said) ? ways : ways.flatMap((way) => met.map((type) => [...way, type]))
      },
      [[]],
    ),
  )

/** What is at least as hard as each. */
const HARDER: Readonly<Record<string, readonly string[]>> = {
  kba: ['kba', 'emailValidation', 'smsValidation', 'totp', 'currentPassword'],
  emailValidation: ['emailValidation', 'totp'],
  smsValidation: ['smsValidation', 'totp'],
  totp: ['totp'],
  currentPassword: ['currentPassword'],
  restriction: ['restriction'],
}

/** Whether one way demands all that the other demands: tried in every order. */
const demands = (way: readonly string[], [first, ...rest]: readonly string[]): boolean =>
  first === undefined || way.some((type, at) => (HARDER[first] ?? []).includes(type) && demands(way.toSpliced(at, 1), rest))

const isWeaker = (old: Flow, now: Flow): boolean =>
  old.at(-1)?.options[0] !== now.at(-1)?.options[0] ||
  WORLDS.some((world) => waysIn(now, world).some((way) => !waysIn(old, world).some((before) => demands(way, before))))

test('a change is a danger where somebody can get through with what did not suffice before, and nowhere else', () => {
  const some = fc.constantFrom(...PROVING).map((type): Station => ({ options: [type] }))
  const two = fc
    .tuple(flow, flow, fc.array(some, { maxLength: 2 }))
    .chain(([one, other, same]) =>
      fc.constantFrom(
        [one, other] as const,
        [one.toSpliced(2, 0, ...same), one.toSpliced(2, 0, ...same.toReversed())] as const,
        [one.toSpliced(2, 0, ...same), one.toSpliced(2, 1, ...other.slice(2, 3), ...same)] as const,
      ),
    )
  const agree = (weaker: boolean) =>
    fc.property(two, ([one, other]) => {
      const [old, now] = [written(one, namesOf(one)), written(other, namesOf(other))]
      const [there, back] = [between(old, now), between(now, old)].map(proofs)
      fc.pre(there !== undefined && back !== undefined)
      const dangers = [there, back].map((found) => found.some(({ severity }) => severity === 'danger'))
      expect(dangers).toEqual([isWeaker(one, other), isWeaker(other, one)])
      fc.pre(dangers.includes(true) === weaker)
      // Neither way a danger: nothing to tell of proofs at all.
      if (!weaker) expect([there, back]).toEqual([[], []])
    })
  fc.assert(agree(true), { numRuns: 80 })
  fc.assert(agree(false), { numRuns: 60 })
})
