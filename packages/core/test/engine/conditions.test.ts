import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { atomsOf, type Condition } from '../../src/index.js'
import type { AtomOutcome } from '../../src/condition/evaluate.js'
import { linkConditions, settle, standingAt } from '../../src/engine/conditions.js'
import type { Machine, StepNode } from '../../src/machine/machine.js'

const cel = (text: string): Condition => ({ is: 'cel', text })
const outcomes = fc.constantFrom<AtomOutcome>(
  { is: 'decided', holds: true },
  { is: 'decided', holds: false },
  { is: 'fault', reason: 'injected' },
)
const atoms = ['a', 'b', 'c', 'd', 'e'] as const
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(...atoms).map(cel),
    fc.record({ is: fc.constantFrom('all' as const, 'any' as const), of: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ is: fc.constant('not' as const), of: tie('condition') }),
  ),
}))
const worlds = fc.tuple(outcomes, outcomes, outcomes, outcomes, outcomes)

const step = (id: string, rest: Partial<StepNode> = {}): StepNode => ({
  is: 'step',
  id,
  type: id,
  version: 1,
  settings: {},
  attempts: 2,
  next: 1,
  ...rest,
})
const machineOf = (...nodes: Machine['nodes']): Machine => ({
  format: 1,
  flow: 'f',
  expiresSeconds: 900,
  unknownAccount: 'hide',
  require: { factors: 1, distinctChannels: true },
  limits: {
    failures: { principal: { count: 1, seconds: 1 }, inRow: { free: 10, waitSeconds: 60, longestSeconds: 86_400, most: 100 } },
    starts: { address: { count: 1, seconds: 1 } },
    messages: { conversation: 1, destination: { count: 1, seconds: 1 } },
  },
  ensure: [],
  nodes,
})

describe('an injected fault', () => {
  test('SEC-21 never passes over a step, and decides nothing that the atoms asked before it had not decided', () => {
    let faulted = 0
    fc.assert(
      fc.property(condition, worlds, (when, world) => {
        const asked: string[] = []
        const answers = new Map(atoms.map((atom, index) => [atom as string, world[index]]))
        const ask = (text: string): AtomOutcome => {
          asked.push(text)
          return answers.get(text) ?? { is: 'fault', reason: 'none' }
        }
        const standing = standingAt(step('s', { when }), { attempts: {} }, new Map(), ask)
        const faults = asked.filter((text) => answers.get(text)?.is === 'fault')
        if (faults.length > 0) faulted++
        expect(new Set(asked).size).toBe(asked.length)
        // An atom that faulted was asked because nothing before it had settled the condition: then there is no verdict, and nothing more is asked.
        expect(standing.is === 'fault').toBe(faults.length > 0)
        expect(faults.length === 0 || asked.at(-1) === faults[0]).toBe(true)
        if (faults.length === 0) {
          const other = settle(when, new Map(), (text) => (asked.includes(text) ? ask(text) : { is: 'fault', reason: 'not needed' }))
          expect(other).toEqual({ is: 'decided', holds: standing.is === 'here' })
        }
      }),
      { numRuns: 100_000 },
    )
    expect(faulted).toBeGreaterThan(10_000)
  })

  test('of the only atom is a fault under every connective', () => {
    const fault = (): AtomOutcome => ({ is: 'fault', reason: 'injected' })
    const wrapped: readonly Condition[] = [
      cel('a'),
      { is: 'not', of: cel('a') },
      { is: 'all', of: [cel('a'), { is: 'any', of: [] }] },
      { is: 'any', of: [cel('a'), { is: 'all', of: [] }] },
    ]
    expect(wrapped.map((when) => settle(when, new Map(), fault).is)).toEqual(['fault', 'fault', 'fault', 'fault'])
  })

  test('in the condition of one option is a fault of the choice', () => {
    const options = [step('x', { when: cel('a') }), step('y', { when: cel('b') })]
    const ask = (text: string): AtomOutcome => (text === 'b' ? { is: 'fault', reason: 'injected' } : { is: 'decided', holds: true })
    expect(standingAt({ is: 'choose', id: 'c', options, next: 1 }, { attempts: {} }, new Map(), ask)).toEqual({ is: 'fault' })
  })
})

describe('what a choice offers', () => {
  const options = [step('x', { when: cel('a') }), step('y'), step('z')]
  const choice = { is: 'choose', id: 'c', options, next: 1 } as const

  test.for([
    [true, {}, ['x', 'y', 'z']],
    [false, {}, ['y', 'z']],
    [true, { y: 2 }, ['x', 'z']],
    [false, { y: 1, z: 9 }, ['y']],
    [false, { y: 2, z: 2 }, []],
  ] as const)('is what holds and has tries left: %j, %j', ([holds, attempts, offered]) => {
    expect(standingAt(choice, { attempts }, new Map(), () => ({ is: 'decided', holds }))).toEqual({ is: 'here', offered })
  })
})

describe('linking', () => {
  const phone = 'has(principal.phone)'
  const way = 'facts.confirm.way.by == "principal facts.late.x"'

  test('reads each atom once, and remembers those that several stations ask', () => {
    const { atoms: linked, remembered } = linkConditions(
      machineOf(
        step('first', { when: cel(phone) }),
        { is: 'choose', id: 'c', options: [step('x', { when: cel(way) }), step('y', { when: cel(way) })], next: 2 },
        step('last', { when: { is: 'not', of: { is: 'all', of: [cel(phone), cel(phone)] } } }),
      ),
    )
    expect([...linked.keys()]).toEqual([phone, way])
    expect([...remembered]).toEqual([phone])
    expect(atomsOf(cel(way))).toEqual([way])
  })

  test('knows whom and what an atom asks about, and is not led astray by texts', () => {
    const { atoms: linked } = linkConditions(
      machineOf(step('confirm.way'), step('confirm'), step('late'), step('s', { when: { is: 'all', of: [cel(way), cel(phone)] } })),
    )
    expect(linked.get(way)).toMatchObject({ asksPrincipal: false, asksFactsOf: ['confirm.way', 'confirm'] })
    expect(linked.get(phone)).toMatchObject({ asksPrincipal: true, asksFactsOf: [] })
  })

  test('refuses what is no condition', () => {
    expect(() => linkConditions(machineOf(step('s', { when: cel('principal.') })))).toThrow(TypeError)
  })
})
