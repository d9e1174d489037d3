import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { FLOWS, History } from './history.js'
import { histories, type RandomHistory } from './random-acts.js'
import { closeRigs } from './rig.js'

afterEach(closeRigs)

/** Histories that are played; `REKEY_RUNS` for a longer hunt. */
const RUNS = Number(process.env['REKEY_RUNS'] ?? 30)

/** Addresses that the directory has ever held for somebody who may use the flows. */
const ADDRESSES = new Set([
  'jdoe@example.com',
  'asmith@example.com',
  'nophone@example.com',
  'moved@example.com',
  '+493011122333',
  '+493011122444',
])

/** Who may get a password, by the name that was typed. */
const ACTIVE: ReadonlyMap<string, string> = new Map([
  ['jdoe', 'p-jdoe'],
  ['asmith', 'p-asmith'],
  ['nophone', 'p-nophone'],
  ['nomail', 'p-nomail'],
])

const carrier = { conversation: 0, as: 'newest', age: 0 } as const
const submit = { act: 'submit', carrier, target: 'none', answers: ['fitting'] } as const

/** The history of somebody who just gets a new password. */
const THROUGH: RandomHistory = {
  knows: ['jdoe'],
  moments: [[{ act: 'start', flow: 0, userName: 'jdoe', answers: [] }], [submit], [submit]],
}

async function played({ knows, moments }: RandomHistory): Promise<History> {
  const player = await History.open(knows)
  for (const moment of moments) await player.play(moment)
  return player
}

describe('whatever is sent, in whatever order', () => {
  test('SEC-21 no password changes without its proof, nothing fails, equal requests get equal answers, and mail goes to people only', async () => {
    let changed = 0
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const { changes, traces, rig } = await played(history)
        try {
          for (const { person, of, flow, sent } of changes) {
            const earned = FLOWS.find(({ id }) => id === flow)?.earned ?? []
            expect(person).toBe(ACTIVE.get(of))
            expect(history.knows).toContain(of)
            expect({ flow, sent, earned: earned.some((factors) => factors.every((factor) => sent.includes(factor))) }).toMatchObject({
              earned: true,
            })
          }
          expect(rig.faults).toEqual([])
          expect(traces.filter(({ reply }) => reply.problem?.code === 'unavailable')).toEqual([])
          for (const { act, reply, again } of traces) if (again) expect({ act, reply: again }).toEqual({ act, reply })
          expect(rig.due().filter(({ message }) => !ADDRESSES.has(message.to))).toEqual([])
          changed += changes.length
        } finally {
          await closeRigs()
        }
      }),
      { numRuns: RUNS, examples: [[THROUGH]] },
    )
    // A property about changes says something only where there are some: one history at least comes through.
    expect(changed).toBeGreaterThan(0)
  })
})
