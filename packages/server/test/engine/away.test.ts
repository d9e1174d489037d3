import type { Directory, SetPassword } from '@rekey/core'
import { afterEach, describe, expect, test } from 'vitest'
import { blue, intent, named, password, short } from './acts.js'
import { closeRigs, openRig } from './rig.js'

afterEach(closeRigs)

const ABOUT_A_MINUTE_AND_A_HALF = 90
const NEVER = { deadline: 0, deadlineHere: 0 }

/** A directory that does what `around` says before each call, and otherwise what the real one does. */
const watched = (real: Directory, around: (method: string, argument: unknown) => void): Directory =>
  new Proxy(real, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...given: readonly unknown[]): unknown => {
        around(String(name), given[0])
        return Reflect.apply(member, target, given)
      }
    },
  })

describe('a directory that is away', () => {
  test.for(['jdoe', 'nobody'])('makes no failure of what %s answers meanwhile', async (who) => {
    const state = { isAway: false }
    const rig = await openRig({
      steps: ['userQuery', 'kba', 'reset'],
      directory: (real) =>
        watched(real, (method) => {
          if (state.isAway && method === 'verifyAnswers') throw new Error('away')
        }),
    })
    const answer = () => rig.engine.handle(intent('start', { answers: [named(who), blue] }))
    state.isAway = true
    for (let tries = 0; tries < 15; tries++) expect(short(await answer())).toEqual({ view: undefined, problem: 'unavailable' })
    state.isAway = false
    const passed = who === 'jdoe' ? { view: 'reset initial' } : { view: 'kba initial', problem: 'answer-rejected answers-mismatch' }
    expect(short(await answer())).toMatchObject(passed)
    expect(rig.events.filter(({ event }) => event === 'limited')).toEqual([])
  })
})

test.for([-ABOUT_A_MINUTE_AND_A_HALF, ABOUT_A_MINUTE_AND_A_HALF])(
  'a process whose clock is %i s off the one of the store makes changes, and none after their lease by either clock',
  async (offset) => {
    const asked: SetPassword[] = []
    const rig = await openRig({
      steps: ['userQuery', 'kba', 'reset'],
      leaseMs: 4_000,
      directory: (real) =>
        watched(real, (method, argument) => {
          if (method === 'setPassword') asked.push(argument as SetPassword)
        }),
    })
    await rig.advance(offset)
    const before = Date.now()
    const reply = await rig.engine.handle(intent('start', { answers: [named('jdoe'), blue, password('violet tram over the river')] }))
    expect(short(reply)).toEqual({ view: 'ended', problem: undefined })
    expect(asked).toHaveLength(1)
    const { deadline, deadlineHere = 0 } = asked[0] ?? NEVER
    const writable = 4_000 * 0.9
    expect(deadlineHere - writable).toBeGreaterThanOrEqual(before)
    expect(deadlineHere - writable).toBeLessThanOrEqual(Date.now())
    // The two clocks are read one after the other.
    expect(Math.abs(deadline - deadlineHere - offset * 1_000)).toBeLessThan(1_000)
  },
)
