import { afterEach, describe, expect, test } from 'vitest'
import { Secret, type Directory, type Ensured } from '@rekey/core'
import { MemoryDirectory } from '@rekey/core/memory'
import { blue, intent, named, outputOf, password, short, tokenOf } from './acts.js'
import type { NodeSpec } from './machine-of.js'
import { overridden } from './overridden.js'
import { QUESTIONS } from './people.js'
import { closeRigs, openRig } from './rig.js'

afterEach(closeRigs)

const LOCKED: readonly NodeSpec[] = [
  { type: 'userQuery', settings: { states: ['active', 'locked'] } },
  'kba',
  'reset',
  { type: 'issueSession', when: 'has(principal.mail)' },
]
const changing = intent('start', { answers: [named('jdoe'), blue, password('N3w-passw0rd')] })

/** @param dies whether the process dies after its first write of a password. */
async function ensuring(ensure: readonly Ensured[], state: 'active' | 'locked' | 'disabled', steps = LOCKED, dies = false) {
  const person = {
    id: 'p',
    userName: 'jdoe',
    mail: 'jdoe@example.com',
    password: 'Passw0rd1',
    state,
    answers: [{ question: '1', answer: 'Blue' }],
  }
  const people = new MemoryDirectory([person], { questions: QUESTIONS })
  let writes = 0
  const directory = overridden<Directory>(people, {
    setPassword: async (wanted) => {
      const result = await people.setPassword(wanted)
      writes += 1
      if (dies && writes === 1) throw new Error('the process died here')
      return result
    },
  })
  return { ...(await openRig({ steps, machine: { ensure }, directory: () => directory })), memory: people }
}

describe('a flow ensures', () => {
  test.for([
    [['notify', 'revokeSessions'], ['password-changed']],
    [['revokeSessions'], []],
    [[], []],
  ] as const satisfies readonly (readonly [readonly Ensured[], readonly string[]])[])(
    'that the person is told of a change, where it says so: %j',
    async ([ensure, templates]) => {
      const { engine, letters, delivered } = await ensuring(ensure, 'active')
      expect((await engine.handle(changing)).view).toMatchObject({ is: 'ended', as: 'completed' })
      await delivered()
      expect(letters.map(({ message }) => message.template)).toEqual(templates)
    },
  )

  test('that a lock ends with the change, and goes on with the person whom it has unlocked', async () => {
    const { engine, memory, names } = await ensuring(['clearLockout'], 'locked')
    const ended = await engine.handle(changing)
    expect(ended.view).toMatchObject({ is: 'ended', as: 'completed', step: { id: 'issueSession' } })
    expect(await memory.read('p')).toMatchObject({ state: 'active' })
    expect(await memory.verifyPassword('p', new Secret('N3w-passw0rd'))).toBe(true)
    expect(names()).toContain('passed issueSession')
  })

  test.for([
    ['a chosen password', LOCKED],
    ['a generated one, which is made again', LOCKED.with(2, 'generatePassword').with(3, { type: 'notify', when: 'has(principal.mail)' })],
  ] as const)('the end of a lock after a death as well, with %s', async ([, steps]) => {
    const { engine, memory, advance, names } = await ensuring(['clearLockout'], 'locked', steps, true)
    const begun = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    const carried = begun.view?.is === 'open' ? begun.view.token : ''
    const submit = intent('submit', { carried, answers: [blue, password('N3w-passw0rd')] })
    expect(await engine.handle(submit)).toEqual({ problem: { code: 'unavailable' } })
    expect(await memory.read('p')).toMatchObject({ state: 'active' })
    await advance(6)
    const ended = await engine.handle(submit)
    expect(ended.view).toMatchObject({ is: 'ended', as: 'completed' })
    const generated = outputOf(ended, 'generatedPassword') || outputOf(ended, 'password') || 'N3w-passw0rd'
    expect(await memory.verifyPassword('p', new Secret(generated))).toBe(true)
    expect(names().filter((name) => name.startsWith('hidden'))).toEqual([])
    expect(names().at(-1)).toBe(`ended ${steps === LOCKED ? 'issueSession' : 'notify'} completed`)
  })

  test('nothing about a lock where it does not say so', async () => {
    const { engine, memory } = await ensuring(['notify'], 'locked')
    expect((await engine.handle(changing)).view).toMatchObject({ is: 'ended', as: 'completed', step: { id: 'issueSession' } })
    expect(await memory.read('p')).toMatchObject({ state: 'locked' })
  })

  test('no more than the end of a lock: who is disabled stays so', async () => {
    const steps: readonly NodeSpec[] = [{ type: 'userQuery', settings: { states: ['disabled'] } }, 'kba', 'reset']
    const { engine, memory } = await ensuring(['clearLockout'], 'disabled', steps)
    expect((await engine.handle(changing)).view).toMatchObject({ as: 'completed' })
    expect(await memory.read('p')).toMatchObject({ state: 'disabled' })
  })

  test('SEC-1 nothing for somebody who is locked again while the change is made: they go on as a shadow', async () => {
    const steps: readonly NodeSpec[] = [...LOCKED.slice(0, 3), 'kba', 'issueSession'].map((step, index) =>
      index === 3 ? { type: 'kba', id: 'again' } : step,
    )
    const { engine, memory } = await ensuring(['clearLockout'], 'locked', steps)
    const asked = await engine.handle(changing)
    expect(short(asked).view).toBe('again initial')
    memory.edit('p', { state: 'locked' })
    const carried = asked.view?.is === 'open' ? asked.view.token : ''
    const refused = await engine.handle(intent('submit', { carried, answers: [blue] }))
    expect(short(refused)).toEqual({ view: 'again initial', problem: 'answer-rejected answers-mismatch' })
  })
})

test('a machine of before flows could say what to ensure ensures what every flow did', async () => {
  const rig = await openRig({ steps: ['userQuery', 'kba', 'reset'] })
  const asked = await rig.engine.handle(intent('start', { answers: [named('jdoe'), blue] }))
  const newer = await rig.beside({
    steps: ['userQuery', 'emailValidation', 'reset'],
    wrap: (options) => ({
      ...options,
      machines: overridden(options.machines, {
        find: async (hash) => (await options.machines.find(hash))?.replace(/"ensure":\[[^\]]*\],?/, ''),
      }),
    }),
  })
  const reply = await newer.engine.handle(intent('submit', { carried: tokenOf(asked), answers: [password('N3w-passw0rd')] }))
  expect(short(reply)).toEqual({ view: 'ended', problem: undefined })
  await newer.stop()
})
