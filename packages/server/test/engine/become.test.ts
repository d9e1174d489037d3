import { afterEach, describe, expect, test } from 'vitest'
import { Secret, type Carried, type DialectWays } from '@rekey/core'
import { blue, intent, named, openOf, password, short, typed } from './acts.js'
import { closeRigs, openRig, type FlowSpec } from './rig.js'

afterEach(closeRigs)

const LOGIN: FlowSpec = {
  id: 'login',
  steps: ['userQuery', { type: 'kba', attempts: 2 }, 'currentPassword', 'issueSession'],
  machine: { expiresSeconds: 600 },
}
const FORGOT: FlowSpec = { id: 'forgot', steps: ['userQuery', 'emailValidation', 'reset'], machine: { expiresSeconds: 1800 } }
const STRANGE: FlowSpec = { id: 'strange', steps: ['userQuery', 'kba', 'reset'] }
const WAYS: Partial<DialectWays> = { handles: ['session'], becomes: { login: ['forgot', 'absent'] } }
const wrong = { kind: 'answers', value: { answers: { answer1: 'red' } } } as const

/** A log-in that stands at its questions. */
async function loggingIn(userName = 'jdoe', flows: readonly FlowSpec[] = [LOGIN, FORGOT, STRANGE]) {
  const rig = await openRig({ flows, ways: WAYS })
  const asked = await rig.engine.handle(intent('start', { flow: 'login', answers: [named(userName)] }))
  const carried: Carried = { is: 'handle', handle: openOf(asked).handles['session'] ?? '', purpose: 'session' }
  const become = (slot: string, engine = rig.engine) => engine.handle(intent('become', { flow: '', carried, slot }))
  return { ...rig, asked, carried, become }
}

describe('a conversation that becomes another', () => {
  test('shows what it may become, which is what is served', async () => {
    const { asked } = await loggingIn()
    expect(openOf(asked)).toMatchObject({ address: 'login', mayBecome: ['forgot'] })
  })

  test('goes on with the same person and id behind the step that would ask for a name', async () => {
    const { asked, become, engine, carried, code, people, delivered, names } = await loggingIn()
    const became = await become('forgot')
    expect(short(became)).toEqual({ view: 'emailValidation validateCode', problem: undefined })
    expect(openOf(became)).toMatchObject({ flow: 'forgot', address: 'forgot', conversation: openOf(asked).conversation })
    await delivered()
    await engine.handle(intent('submit', { flow: '', carried, answers: [typed(code()), password('N3w-passw0rd')] }))
    expect(await people.verifyPassword('p-jdoe', new Secret('N3w-passw0rd'))).toBe(true)
    expect(names()).toContain('became')
  })

  test('SEC-22 leaves its proofs behind', async () => {
    const { engine, carried, become, people } = await loggingIn('jdoe', [
      LOGIN,
      // Asks for nothing more: what the log-in has proved must not do.
      { id: 'forgot', steps: ['userQuery', 'reset'] },
    ])
    await engine.handle(intent('submit', { flow: '', carried, answers: [blue] }))
    await become('forgot')
    const changed = await engine.handle(intent('submit', { flow: '', carried, answers: [password('N3w-passw0rd')] }))
    expect(short(changed)).toEqual({ view: 'ended', problem: 'step-failed unearned-change' })
    expect(await people.verifyPassword('p-jdoe', new Secret('Passw0rd1'))).toBe(true)
  })

  test('keeps the tries that were made, of a step that both have', async () => {
    const { engine, carried, become } = await loggingIn('jdoe', [
      LOGIN,
      { id: 'forgot', steps: ['userQuery', { type: 'kba', attempts: 2 }, 'reset'] },
    ])
    expect(short(await engine.handle(intent('submit', { flow: '', carried, answers: [wrong] }))).problem).toBe(
      'answer-rejected answers-mismatch',
    )
    await become('forgot')
    expect(short(await engine.handle(intent('submit', { flow: '', carried, answers: [wrong] }))).problem).toBe(
      'too-many-attempts answers-mismatch',
    )
  })

  test('keeps the messages that were sent, and becoming again sends no more than three', async () => {
    const { become, letters, delivered } = await loggingIn()
    for (let times = 0; times < 5; times++) await become('forgot')
    await delivered()
    expect(letters.map(({ is }) => is)).toEqual(['due', 'due', 'due', 'void', 'void'])
  })

  test('keeps its deadline, however long the other flow may live', async () => {
    const { asked, become, engine, carried, advance } = await loggingIn()
    const { startedAt = 0, expiresAt } = openOf(asked)
    expect(expiresAt).toBe(startedAt + 600)
    expect(openOf(await become('forgot'))).toMatchObject({ startedAt, expiresAt })
    await advance(601)
    expect(await engine.handle(intent('look', { flow: '', carried }))).toEqual({ problem: { code: 'token-invalid' } })
  })

  test('keeps the machine that was there when it began', async () => {
    const { become, beside } = await loggingIn()
    const deployed = await beside({ flows: [LOGIN, { id: 'forgot', steps: ['userQuery', 'smsValidation', 'reset'] }], ways: WAYS })
    expect(short(await become('forgot', deployed.engine))).toEqual({ view: 'emailValidation validateCode', problem: undefined })
    await deployed.stop()
  })

  test.for(['strange', 'absent', 'login', '', '__proto__'])('SEC-21 not %j, which its slot does not allow', async (slot) => {
    const { become, asked } = await loggingIn()
    const refused = await become(slot)
    expect(refused).toEqual({ ...asked, problem: { code: 'out-of-turn' } })
  })

  test('looks alike for somebody nobody knows, who stays a shadow', async () => {
    const walk = async (userName: string) => {
      const { become, engine, carried, letters, delivered } = await loggingIn(userName)
      const replies = [await become('forgot')]
      for (const code of ['1', '2', '3', '4', '5']) {
        replies.push(await engine.handle(intent('submit', { flow: '', carried, answers: [typed(code)] })))
      }
      await delivered()
      return { replies: replies.map(short), letters: letters.length }
    }
    const usual = await walk('jdoe')
    for (const userName of ['nobody', 'locked', 'nomail']) expect(await walk(userName)).toEqual(usual)
  })

  test('asks for a name where nobody has given one', async () => {
    const { engine } = await openRig({ flows: [{ id: 'login', steps: ['parameters', ...LOGIN.steps] }, FORGOT], ways: WAYS })
    const asked = await engine.handle(intent('start', { flow: 'login', answers: [{ kind: 'attributes', value: {} }] }))
    const carried = openOf(asked).token
    expect(short(await engine.handle(intent('become', { flow: 'login', carried, slot: 'forgot' })))).toEqual({
      view: 'userQuery initial',
      problem: undefined,
    })
  })
})
