import { afterEach, describe, expect, test } from 'vitest'
import { defineStep, done, Secret, type Conversations, type Directory, type EngineOptions } from '@rekey/core'
import { blue, intent, named, outputOf, password, short, tokenOf, typed } from './acts.js'
import { gate, overridden } from './overridden.js'
import { closeRigs, openRig, type Rig, type RigOptions } from './rig.js'

afterEach(closeRigs)

const LEASE_SECONDS = 5
const NEW = 'N3w-passw0rd'
const unavailable = { problem: { code: 'unavailable' } }

/** A store that loses one of its commits, as a process does that dies before it. @param at which one, counting from 1. */
function losingCommit(at: number): (options: EngineOptions) => EngineOptions {
  let commits = 0
  const losing = (real: Conversations) =>
    overridden(real, {
      commit: async (claim, entry) => {
        commits += 1
        if (commits === at) throw new Error('the process died here')
        return real.commit(claim, entry)
      },
    })
  return (options) => ({ ...options, conversations: losing(options.conversations) })
}

/** A directory in whose writes one process dies. @param at which one, counting from 1. */
function dyingWrite(at: number, when: 'before' | 'after'): (real: Directory) => Directory {
  let writes = 0
  return (real) =>
    overridden(real, {
      setPassword: async (wanted) => {
        writes += 1
        const dies = writes === at
        if (dies && when === 'before') throw new Error('the process died here')
        const result = await real.setPassword(wanted)
        if (dies) throw new Error('the process died here')
        return result
      },
    })
}

/** Lets the lease of the dead end, and the outbox hand out what they left. */
async function resolved(rig: Rig, expected: () => boolean): Promise<void> {
  await rig.advance(LEASE_SECONDS + 1)
  for (let turns = 0; turns < 1000 && !expected(); turns++) await rig.delivered()
  expect(expected(), 'what was left is settled').toBe(true)
}

describe('SEC-80 after a death between the write of a change and its commit', () => {
  const steps: RigOptions['steps'] = ['userQuery', 'kba', { type: 'notify', settings: { template: 'on-its-way' } }, 'reset']

  test('the messages that the same request owed before the change are sent, once', async () => {
    const rig = await openRig({ steps, wrap: losingCommit(1) })
    const carried = tokenOf(await rig.engine.handle(intent('start', { answers: [named('jdoe')] })))
    const submit = intent('submit', { carried, answers: [blue, password(NEW)] })
    expect(await rig.engine.handle(submit)).toEqual(unavailable)
    expect(await rig.people.verifyPassword('p-jdoe', new Secret(NEW))).toBe(true)
    expect(rig.letters).toEqual([])
    await resolved(rig, () => rig.letters.length === 2)
    expect(rig.due().map(({ message }) => message.template)).toEqual(['on-its-way', 'password-changed'])
    expect(short(await rig.engine.handle(submit))).toEqual({ view: 'ended', problem: undefined })
    expect(rig.letters).toHaveLength(2)
  })

  test('the same request again is answered as if nothing had happened; another one is told', async () => {
    const rig = await openRig({ steps, wrap: losingCommit(1) })
    const carried = tokenOf(await rig.engine.handle(intent('start', { answers: [named('jdoe')] })))
    const submit = (text: string) => rig.engine.handle(intent('submit', { carried, answers: [blue, password(text)] }))
    await submit(NEW)
    await rig.advance(LEASE_SECONDS + 1)
    const [other, same] = [await submit('0ther-passw0rd'), await submit(NEW)]
    expect(['already-changed', 'spent']).toContain(other.problem?.code)
    expect(same.view).toMatchObject({ is: 'ended', as: 'completed' })
    expect(await rig.people.verifyPassword('p-jdoe', new Secret(NEW))).toBe(true)
    expect(rig.names().filter((name) => name.startsWith('changed'))).toEqual(['changed resolved'])
  })

  test('of a flow of one request it is settled by the resolver', async () => {
    const rig = await openRig({ steps, wrap: losingCommit(1) })
    const reply = await rig.engine.handle(intent('start', { answers: [named('jdoe'), blue, password(NEW)] }))
    expect(reply).toEqual(unavailable)
    await resolved(rig, () => rig.letters.length === 2)
    expect(rig.names()).toContain('changed resolved')
  })
})

describe('after a death before the write of a change', () => {
  test('nothing is changed, and the same request does it', async () => {
    const rig = await openRig({ steps: ['userQuery', 'kba', 'reset'], directory: dyingWrite(1, 'before') })
    const carried = tokenOf(await rig.engine.handle(intent('start', { answers: [named('jdoe')] })))
    const submit = intent('submit', { carried, answers: [blue, password(NEW)] })
    expect(await rig.engine.handle(submit)).toEqual(unavailable)
    expect(await rig.people.verifyPassword('p-jdoe', new Secret(NEW))).toBe(false)
    await rig.advance(LEASE_SECONDS + 1)
    expect(short(await rig.engine.handle(submit)).view).toBe('ended')
    expect(await rig.people.verifyPassword('p-jdoe', new Secret(NEW))).toBe(true)
  })
})

describe('a change that further steps follow', () => {
  const steps: RigOptions['steps'] = ['userQuery', 'kba', 'reset', { type: 'notify', settings: { template: 'welcome-back' } }]
  const all = [named('jdoe'), blue, password(NEW)]

  test('within a start is settled by the resolver when its process dies behind it', async () => {
    const rig = await openRig({ steps, wrap: losingCommit(2) })
    expect(await rig.engine.handle(intent('start', { answers: all }))).toEqual(unavailable)
    await rig.delivered()
    expect(rig.due().map(({ message }) => message.template)).toEqual(['password-changed'])
    await resolved(rig, () => rig.letters.length === 2)
    expect(rig.due().map(({ message }) => message.template)).toEqual(['password-changed', 'welcome-back'])
  })

  test('of a second change that was marked and never written, the first is settled all the same', async () => {
    const rig = await openRig({
      steps: ['userQuery', 'kba', 'reset', 'generatePassword'],
      directory: dyingWrite(2, 'before'),
    })
    const carried = tokenOf(await rig.engine.handle(intent('start', { answers: [named('jdoe')] })))
    const submit = intent('submit', { carried, answers: [blue, password(NEW)] })
    expect(await rig.engine.handle(submit)).toEqual(unavailable)
    await resolved(rig, () => rig.names().includes('ended generatePassword completed'))
    const again = await rig.engine.handle(submit)
    expect(again.view).toMatchObject({ is: 'ended', as: 'completed', outputs: { userName: 'jdoe' } })
    expect(await rig.people.verifyPassword('p-jdoe', new Secret(outputOf(again, 'password')))).toBe(true)
  })

  test('of a second change that was written and not committed, both are settled', async () => {
    const rig = await openRig({ steps: ['userQuery', 'kba', 'reset', 'generatePassword'], directory: dyingWrite(2, 'after') })
    expect(await rig.engine.handle(intent('start', { answers: all }))).toEqual(unavailable)
    await resolved(rig, () => rig.names().includes('changed resolved'))
    expect(await rig.people.read('p-jdoe')).toMatchObject({ mustChange: true })
    expect(rig.faults).toHaveLength(1)
  })

  test('of a generated password that was written and not committed, its caller gets another one', async () => {
    const rig = await openRig({ steps: ['userQuery', 'kba', 'generatePassword'], directory: dyingWrite(1, 'after') })
    const carried = tokenOf(await rig.engine.handle(intent('start', { answers: [named('jdoe')] })))
    const submit = intent('submit', { carried, answers: [blue] })
    expect(await rig.engine.handle(submit)).toEqual(unavailable)
    await rig.advance(LEASE_SECONDS + 1)
    const again = await rig.engine.handle(submit)
    expect(short(again)).toEqual({ view: 'ended', problem: undefined })
    expect(await rig.people.verifyPassword('p-jdoe', new Secret(outputOf(again, 'password')))).toBe(true)
  })

  test.for(['start', 'submit'] as const)('keeps its lease through a slow step behind it, of a %s', async (act) => {
    const renewed = gate()
    let renewals = 0
    const slow = defineStep({
      type: 'slow',
      version: 1,
      description: 'Takes as long as three renewals of the lease',
      needs: [],
      async prepare() {
        await renewed.passed
        return done()
      },
    })
    const rig = await openRig({
      steps: ['userQuery', 'kba', 'reset', 'slow', 'parameters'],
      more: [slow],
      leaseMs: 80,
      wrap: (options) => ({
        ...options,
        conversations: overridden(options.conversations, {
          renew: async (claim, leaseMs) => {
            const ours = await options.conversations.renew(claim, leaseMs)
            renewals += 1
            if (!ours || renewals === 3) renewed.open()
            return ours
          },
        }),
      }),
    })
    const carried = act === 'submit' ? tokenOf(await rig.engine.handle(intent('start', { answers: [named('jdoe')] }))) : undefined
    const answers = act === 'submit' ? all.slice(1) : all
    const reply = await rig.engine.handle(intent(act, { answers, ...(carried !== undefined && { carried }) }))
    expect(short(reply)).toEqual({ view: 'parameters initial', problem: undefined })
    expect(rig.faults).toEqual([])
    expect(rig.names().filter((name) => name.startsWith('changed'))).toEqual(['changed reset'])
  })
})

describe('a fault while judging', () => {
  test('of the store of machines gives the claim back at once', async () => {
    // A lease that no test outlives: whoever had to wait for it would wait in vain.
    const leaseMs = 600_000
    const rig = await openRig({ leaseMs })
    const asked = await rig.engine.handle(intent('start', { answers: [named('jdoe')] }))
    await rig.delivered()
    const submit = intent('submit', { carried: tokenOf(asked), answers: [typed(rig.code())] })
    let finds = 0
    const other = await rig.beside({
      leaseMs,
      steps: ['userQuery', 'kba', 'reset'],
      wrap: (options) => ({
        ...options,
        machines: overridden(options.machines, {
          find: async (hash) => {
            finds += 1
            if (finds === 1) throw new Error('the store is away')
            return options.machines.find(hash)
          },
        }),
      }),
    })
    expect(await other.engine.handle(submit)).toEqual(unavailable)
    expect(short(await other.engine.handle(submit))).toEqual({ view: 'reset initial', problem: undefined })
    await other.stop()
  })

  test('of the directory gives it back as well', async () => {
    let reads = 0
    const rig = await openRig({
      leaseMs: 600_000,
      directory: (real) =>
        overridden(real, {
          read: async (id) => {
            reads += 1
            if (reads === 1) throw new Error('the directory is away')
            return real.read(id)
          },
        }),
    })
    const asked = await rig.engine.handle(intent('start', { answers: [named('jdoe')] }))
    await rig.delivered()
    const submit = intent('submit', { carried: tokenOf(asked), answers: [typed(rig.code())] })
    expect(await rig.engine.handle(submit)).toEqual(unavailable)
    expect(short(await rig.engine.handle(submit)).view).toBe('reset initial')
  })
})
