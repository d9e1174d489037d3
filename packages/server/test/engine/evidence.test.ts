import { afterEach, describe, expect, test } from 'vitest'
import { defineStep, Directory, done, Secret, type StepDefinition } from '@rekey/core'
import { blue, intent, named, password, short, tokenOf, typed } from './acts.js'
import { overridden } from './overridden.js'
import { closeRigs, openRig } from './rig.js'

afterEach(closeRigs)

/** A silent step that turns the conversation to somebody else. */
const turning = (type: string, names: boolean): StepDefinition =>
  defineStep({
    type,
    version: 1,
    description: 'Names somebody else',
    ...(names && { names: true }),
    inject: { directory: Directory },
    async prepare({ deps }) {
      const [principal] = await deps.directory.find({ is: 'equals', field: 'userName', value: 'asmith' })
      return principal ? done({ names: { principal, identifier: 'asmith' } }) : done()
    },
  })

describe('SEC-22 SEC-23 what was proved about one person', () => {
  test.for([
    ['another search', [{ type: 'userQuery', id: 'another' }], [named('asmith')]],
    ['a step that names somebody in silence', [{ type: 'turning' }], []],
  ] as const)('does not count for the person that %s finds', async ([, between, answers]) => {
    const { engine, people, events } = await openRig({
      steps: ['userQuery', 'kba', ...between, 'reset'],
      more: [turning('turning', true)],
    })
    const reply = await engine.handle(intent('start', { answers: [named('jdoe'), blue, ...answers, password('N3w-passw0rd')] }))
    expect(short(reply)).toEqual({ view: 'ended', problem: 'step-failed unearned-change' })
    expect(events.filter(({ alarm }) => alarm === true).map(({ event }) => event)).toEqual(['unearned-change'])
    for (const id of ['p-jdoe', 'p-asmith']) expect(await people.verifyPassword(id, new Secret('Passw0rd1'))).toBe(true)
  })

  test('counts for that person again', async () => {
    const { engine, people } = await openRig({ steps: ['userQuery', 'kba', { type: 'userQuery', id: 'again' }, 'reset'] })
    await engine.handle(intent('start', { answers: [named('jdoe'), blue, named('JDOE'), password('N3w-passw0rd')] }))
    expect(await people.verifyPassword('p-jdoe', new Secret('N3w-passw0rd'))).toBe(true)
  })

  test('is not asked of a step that names somebody without saying so: that is a fault', async () => {
    const { engine, people, faults } = await openRig({
      steps: ['userQuery', 'kba', 'secretive', 'reset'],
      more: [turning('secretive', false)],
    })
    const reply = await engine.handle(intent('start', { answers: [named('jdoe'), blue, password('N3w-passw0rd')] }))
    expect(reply).toEqual({ problem: { code: 'unavailable' } })
    expect(faults.map(String)).toEqual(['TypeError: the step `secretive` names somebody and does not declare it'])
    for (const id of ['p-jdoe', 'p-asmith']) expect(await people.verifyPassword(id, new Secret('Passw0rd1'))).toBe(true)
  })
})

describe('SEC-9 a proof of another conversation', () => {
  test('is none: its code is refused', async () => {
    const { engine, code, delivered } = await openRig()
    const one = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    await delivered()
    const theirs = code()
    const other = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    const reply = await engine.handle(intent('submit', { carried: tokenOf(other), answers: [typed(theirs)] }))
    expect(short(reply).problem).toBe('answer-rejected code-mismatch')
    expect(short(await engine.handle(intent('submit', { carried: tokenOf(one), answers: [typed(theirs)] }))).view).toBe('reset initial')
  })

  test('SEC-63 counts on one channel only once, where two are required', async () => {
    const { engine, people } = await openRig({
      steps: ['userQuery', 'kba', { type: 'currentPassword' }, 'reset'],
      machine: { require: { factors: 2, distinctChannels: true } },
    })
    const answers = [named('jdoe'), blue, { kind: 'password', value: { password: 'Passw0rd1' } } as const, password('N3w-passw0rd')]
    expect(short(await engine.handle(intent('start', { answers })))).toEqual({ view: 'ended', problem: 'step-failed unearned-change' })
    expect(await people.verifyPassword('p-jdoe', new Secret('Passw0rd1'))).toBe(true)
  })
})

describe('the digest of a request', () => {
  test('differs between two conversations for equal answers, and holds nothing in clear', async () => {
    const digests: string[] = []
    const { engine } = await openRig({
      steps: ['userQuery', 'kba', 'reset'],
      wrap: (options) => ({
        ...options,
        conversations: overridden(options.conversations, {
          claim: (request) => {
            digests.push(request.digest ?? '')
            return options.conversations.claim(request)
          },
        }),
      }),
    })
    const start = () => engine.handle(intent('start', { answers: [named('jdoe')] }))
    const [one, other] = [tokenOf(await start()), tokenOf(await start())]
    for (const carried of [one, other, one]) await engine.handle(intent('submit', { carried, answers: [blue] }))
    expect(new Set(digests).size).toBe(2)
    expect(digests[2]).toBe(digests[0])
    for (const digest of digests) expect(digest).toMatch(/^[A-Za-z0-9_-]{22}$/)
  })
})
