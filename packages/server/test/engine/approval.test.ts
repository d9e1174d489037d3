import { afterEach, describe, expect, test } from 'vitest'
import { Secret, type Carried, type Intent } from '@rekey/core'
import { intent, named, openOf, outputOf, password, short, typed } from './acts.js'
import type { NodeSpec } from './machine-of.js'
import { closeRigs, openRig, type RigOptions } from './rig.js'

afterEach(closeRigs)

const MAILED: readonly NodeSpec[] = ['userQuery', { type: 'emailValidation', settings: { expires: '5m' } }, 'reset']

/** A conversation whose mail has gone out: the one who waits holds a handle, the one who reads the mail its link. */
async function waiting(options: RigOptions = {}) {
  const rig = await openRig({ steps: MAILED, ways: { handles: ['session'] }, ...options })
  const asked = await rig.engine.handle(intent('start', { answers: [named('jdoe')] }))
  await rig.delivered()
  const { handles, requirement, token } = openOf(asked)
  const carried: Carried = { is: 'handle', handle: handles['session'] ?? '', purpose: 'session' }
  const link = rig.approval()
  const act = (act: Intent['act'], rest: Partial<Intent> = {}) => rig.engine.handle(intent(act, { carried, ...rest }))
  return {
    ...rig,
    asked,
    token,
    link,
    poll: () => act('poll', { target: requirement.target }),
    submit: (code: string) => act('submit', { answers: [typed(code)] }),
    act,
    /** The acts of whoever follows a link; the flow is not named in it. */
    linked: (act: 'look' | 'approve' | 'deny', token = link) =>
      rig.engine.handle(intent(act, { flow: '', carried: { is: 'approval', token } })),
  }
}

describe('a poll', () => {
  test('waits until the link is approved, passes once, and says so ever after', async () => {
    const { poll, linked, names } = await waiting()
    expect(await poll()).toMatchObject({ view: { is: 'open', poll: 'waiting', requirement: { step: { id: 'emailValidation' } } } })
    expect(short(await linked('approve')).problem).toBeUndefined()
    const passed = await poll()
    expect(passed).toMatchObject({ view: { is: 'open', poll: 'passed', requirement: { step: { id: 'reset' } } } })
    expect([await poll(), await poll()]).toEqual([passed, passed])
    expect(names().filter((name) => /approved|passed/.test(name))).toEqual(['approved emailValidation', 'passed emailValidation'])
  })

  test('that finds nothing writes nothing', async () => {
    const { poll, store, asked } = await waiting()
    const { conversation } = openOf(asked)
    const before = await store.conversations.look(conversation)
    await poll()
    const after = await store.conversations.look(conversation)
    expect({ ...after, now: 0 }).toEqual({ ...before, now: 0 })
  })

  test('at the same moment as others passes once', async () => {
    const { poll, linked, names } = await waiting()
    await linked('approve')
    const polls = await Promise.all([poll(), poll(), poll(), poll()])
    expect(new Set(polls.map(({ view }) => (view?.is === 'open' ? view.poll : view?.is)))).toEqual(new Set(['passed']))
    expect(names().filter((name) => name === 'passed emailValidation')).toHaveLength(1)
  })

  test('repeats the end of a flow with all that it gave out', async () => {
    const { poll, linked, engine, delivered } = await waiting({ steps: ['userQuery', 'emailValidation', 'issueSession'] })
    await linked('approve')
    const ended = await poll()
    expect(ended.view).toMatchObject({ is: 'ended', as: 'completed', outputs: { userName: 'jdoe' } })
    const session = outputOf(ended, 'sessionToken')
    expect(session).toMatch(/^[0-9A-F]{32,}$/)
    expect(await poll()).toEqual(ended)
    await delivered()
    expect(await engine.query({ query: 'factors', bearer: new Secret(session) })).toMatchObject([{ kind: 'password' }, {}, {}, {}])
  })

  test('passes the proof on: what follows the approval may change the password', async () => {
    const { poll, linked, act, people } = await waiting()
    await linked('approve')
    await poll()
    expect((await act('submit', { answers: [password('N3w-passw0rd')] })).view).toMatchObject({ is: 'ended', as: 'completed' })
    expect(await people.verifyPassword('p-jdoe', new Secret('N3w-passw0rd'))).toBe(true)
  })
})

describe('approving', () => {
  test('SEC-41 a look at the link shows what is asked and approves nothing', async () => {
    const { poll, linked } = await waiting()
    expect(short(await linked('look'))).toEqual({ view: 'emailValidation validateCode', problem: undefined })
    expect(await poll()).toMatchObject({ view: { poll: 'waiting' } })
  })

  test('twice is once', async () => {
    const { poll, linked, names } = await waiting()
    const first = await linked('approve')
    expect(await linked('approve')).toEqual(first)
    await poll()
    expect(names().filter((name) => name.startsWith('approved'))).toHaveLength(1)
  })

  test('moves nothing by itself: the token that was out stays good', async () => {
    const { linked, engine, token, code } = await waiting()
    await linked('approve')
    expect(short(await engine.handle(intent('submit', { carried: token, answers: [typed(code())] }))).view).toBe('reset initial')
  })

  test.for(['approve', 'deny', 'look'] as const)('%s after the code was typed is out of turn', async (act) => {
    const { linked, submit, code, poll } = await waiting()
    await submit(code())
    expect(short(await linked(act)).problem).toBe('out-of-turn')
    expect(await poll()).toMatchObject({ view: { is: 'open', poll: 'passed', requirement: { step: { id: 'reset' } } } })
  })

  test('denying ends the conversation and rings the bell', async () => {
    const { linked, poll, submit, code, events } = await waiting()
    expect((await linked('deny')).view).toMatchObject({ is: 'ended', as: 'cancelled' })
    expect(events.filter(({ alarm }) => alarm === true).map(({ event, reason }) => [event, reason])).toEqual([['ended', 'disowned']])
    expect(await poll()).toEqual({ problem: { code: 'ended' } })
    expect(await submit(code())).toEqual({ problem: { code: 'ended' } })
    expect(short(await linked('approve')).problem).toBe('ended')
  })

  test('with the code’s life over is refused', async () => {
    const { linked, poll, advance } = await waiting()
    await advance(301)
    expect(await linked('approve')).toEqual({ problem: { code: 'token-invalid' } })
    expect(await poll()).toMatchObject({ view: { poll: 'waiting' } })
  })

  test('in time, but polled for too late, costs one try and not the conversation', async () => {
    const { linked, poll, advance, names } = await waiting()
    await linked('approve')
    await advance(301)
    expect(short(await poll()).problem).toBe('answer-rejected code-mismatch')
    for (let polls = 0; polls < 6; polls++) expect(await poll()).toMatchObject({ view: { is: 'open', poll: 'waiting' } })
    expect(names().filter((name) => name.startsWith('refused'))).toHaveLength(1)
  })

  test('SEC-10 by the link of an earlier round is out of turn', async () => {
    const { linked, act, link, approval, admin, delivered } = await waiting()
    await admin.setMail('p-jdoe', 'john@example.com')
    await act('resend')
    await delivered()
    expect(approval()).not.toBe(link)
    expect(short(await linked('approve', link)).problem).toBe('out-of-turn')
    expect(short(await linked('approve', approval())).problem).toBeUndefined()
  })
})

describe('SEC-13 a token of one purpose', () => {
  test('the link’s is no token of the conversation', async () => {
    const { engine, link, code } = await waiting()
    for (const flow of ['reset', '']) {
      const reply = await engine.handle(intent('submit', { flow, carried: link, answers: [typed(code())] }))
      expect(reply).toEqual({ problem: { code: 'token-foreign' } })
    }
  })

  test('the conversation’s is no link', async () => {
    const { linked, token } = await waiting()
    for (const act of ['look', 'approve', 'deny'] as const) expect(await linked(act, token)).toEqual({ problem: { code: 'token-invalid' } })
  })

  test('the link of another dialect is no link', async () => {
    const { engine, link } = await waiting()
    const carried: Carried = { is: 'approval', token: link }
    expect(await engine.handle(intent('approve', { dialect: 'other', carried }))).toEqual({ problem: { code: 'token-invalid' } })
  })

  test.for(['submit', 'open', 'resend', 'choose', 'poll', 'become', 'cancel'] as const)('the link’s cannot %s', async (act) => {
    const { engine, link, code } = await waiting()
    const carried: Carried = { is: 'approval', token: link }
    const reply = await engine.handle(intent(act, { carried, answers: act === 'submit' ? [typed(code())] : [] }))
    expect(reply).toEqual({ problem: { code: 'token-invalid' } })
  })

  test.for(['approve', 'deny'] as const)('neither token nor handle can %s', async (act) => {
    const { act: by, engine, token } = await waiting()
    expect(short(await by(act)).problem).toBe('out-of-turn')
    expect(short(await engine.handle(intent(act, { carried: token }))).problem).toBe('out-of-turn')
  })
})
