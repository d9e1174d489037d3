import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { DerivedCodes, Handles, Secret, type Carried, type Reply } from '@rekey/core'
import { intent, named, openOf, password, picked, short, typed } from './acts.js'
import { overridden } from './overridden.js'
import { closeRigs, KEYRING, openRig, type Rig, type RigOptions } from './rig.js'

afterEach(closeRigs)

const ways = { handles: ['session', 'second'] }
const rig = (options: RigOptions = {}) => openRig({ ways, ...options })
const codes = new DerivedCodes(KEYRING)
const by = (handle: string, purpose = 'session'): Carried => ({ is: 'handle', handle, purpose })
const handleOf = (reply: Reply, purpose = 'session') => openOf(reply).handles[purpose] ?? ''

/** A conversation that stands at the code, with its handle. */
async function atCode({ engine, delivered }: Rig) {
  const asked = await engine.handle(intent('start', { answers: [named('jdoe')] }))
  await delivered()
  return { asked, carried: by(handleOf(asked)), target: openOf(asked).requirement.target }
}

describe('a handle', () => {
  test('carries its conversation to the end and never changes', async () => {
    const { engine, code, directory, delivered } = await rig()
    const asked = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    const handle = handleOf(asked)
    await delivered()
    const proved = await engine.handle(intent('submit', { flow: '', carried: by(handle), answers: [typed(code())] }))
    expect(short(proved)).toEqual({ view: 'reset initial', problem: undefined })
    expect(openOf(proved).handles).toEqual(openOf(asked).handles)
    const ended = await engine.handle(intent('submit', { flow: '', carried: by(handle), answers: [password('N3w-passw0rd')] }))
    expect(ended.view).toMatchObject({ is: 'ended', as: 'completed' })
    expect(await directory.verifyPassword('p-jdoe', new Secret('N3w-passw0rd'))).toBe(true)
  })

  test('is one for each purpose, and each is good for its own', async () => {
    const { engine } = await rig()
    const asked = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    const [session, second] = [handleOf(asked), handleOf(asked, 'second')]
    expect(session).not.toBe(second)
    const look = async (carried: Carried) => (await engine.handle(intent('look', { carried }))).problem?.code
    expect(await look(by(session))).toBeUndefined()
    expect(await look(by(second, 'second'))).toBeUndefined()
    expect(await look(by(second))).toBe('token-invalid')
  })

  test.for([
    ['a bent one', (handle: string) => by(handle.slice(0, 5) + (handle[5] === 'A' ? 'B' : 'A') + handle.slice(6)), {}],
    ['one for another purpose', (handle: string) => by(handle, 'second'), {}],
    ['one of another dialect', (handle: string) => by(handle), { dialect: 'other' }],
    ['one for a conversation that nobody has', () => by(new Handles(KEYRING).mint(randomUUID(), 'wire/session')), {}],
    ['an empty one', () => by(''), {}],
    ['a token in its place', (_handle: string, token: string) => by(token), {}],
  ] as const)('SEC-17 %s is refused, like any other', async ([, bend, rest]) => {
    const { engine } = await rig()
    const asked = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    const carried = bend(handleOf(asked), openOf(asked).token)
    for (const act of ['look', 'submit', 'poll', 'cancel'] as const) {
      expect(await engine.handle(intent(act, { carried, ...rest }))).toEqual({ problem: { code: 'token-invalid' } })
    }
  })

  test('must agree with the one beside it', async () => {
    const { engine } = await rig()
    const [one, other] = [
      await engine.handle(intent('start', { answers: [named('jdoe')] })),
      await engine.handle(intent('start', { answers: [named('jdoe')] })),
    ]
    const look = async (beside: Reply) => {
      const carried: Carried = {
        is: 'handle',
        handle: handleOf(one),
        purpose: 'session',
        beside: { handle: handleOf(beside, 'second'), purpose: 'second' },
      }
      return short(await engine.handle(intent('look', { carried })))
    }
    expect(await look(one)).toEqual({ view: 'emailValidation validateCode', problem: undefined })
    expect(await look(other)).toEqual({ view: undefined, problem: 'token-invalid' })
  })

  test('stands for no version: what is judged is named by its target', async () => {
    const started = await rig()
    const { engine, code } = started
    const { carried, target } = await atCode(started)
    const right = intent('submit', { carried, target, answers: [typed(code())] })
    const proved = await engine.handle(right)
    expect(short(proved)).toEqual({ view: 'reset initial', problem: undefined })
    expect(await engine.handle(right)).toEqual(proved)
    const late = await engine.handle(intent('submit', { carried, target, answers: [typed('1')] }))
    expect(short(late)).toEqual({ view: 'reset initial', problem: 'out-of-turn' })
  })

  test('of one that came to its good end says so too', async () => {
    const started = await rig()
    const { engine, code } = started
    const { carried } = await atCode(started)
    await engine.handle(intent('submit', { carried, answers: [typed(code()), password('N3w-passw0rd')] }))
    const late = await engine.handle(intent('submit', { carried, answers: [password('0ther-passw0rd')] }))
    expect(late).toEqual({ problem: { code: 'ended', reason: 'completed' } })
  })

  test('of an ended conversation says that it is over', async () => {
    const started = await rig()
    const { engine } = started
    const { carried } = await atCode(started)
    await engine.handle(intent('cancel', { carried }))
    expect(await engine.handle(intent('submit', { carried, answers: [typed('1')] }))).toEqual({ problem: { code: 'ended' } })
    expect((await engine.handle(intent('look', { carried }))).view).toMatchObject({ is: 'ended', as: 'cancelled' })
  })
})

describe('SEC-18 of two submits at once without a version', () => {
  test.for(['with', 'without'])('one wins, %s a target', async (named) => {
    const changes: string[] = []
    const started = await rig({
      directory: (real) =>
        overridden(real, {
          setPassword: (wanted) => {
            changes.push(wanted.secret.reveal())
            return real.setPassword(wanted)
          },
        }),
    })
    const { engine, code, directory } = started
    const { carried, target } = await atCode(started)
    const submit = (text: string) =>
      engine.handle(intent('submit', { carried, ...(named === 'with' && { target }), answers: [typed(code()), password(text)] }))
    const replies = (await Promise.all([submit('N3w-passw0rd'), submit('0ther-passw0rd')])).map(short)
    expect(replies.filter(({ view, problem }) => view === 'ended' && problem === undefined)).toHaveLength(1)
    expect(replies.filter(({ problem }) => problem === 'ended completed')).toHaveLength(1)
    expect(changes).toHaveLength(1)
    expect(await directory.verifyPassword('p-jdoe', new Secret(changes[0] ?? ''))).toBe(true)
  })

  test('equal ones get the equal answer', async () => {
    const started = await rig()
    const { engine, code } = started
    const { carried } = await atCode(started)
    const both = intent('submit', { carried, answers: [typed(code()), password('N3w-passw0rd')] })
    const [one, other] = await Promise.all([engine.handle(both), engine.handle(both)])
    expect(short(one)).toEqual({ view: 'ended', problem: undefined })
    expect(other).toEqual(one)
  })
})

describe('opening', () => {
  const lazy = () => rig({ opens: 'lazy', steps: ['userQuery', { choose: ['emailValidation', 'smsValidation'] }, 'reset'] })

  test('SEC-9 what was only shown judges nothing, not even the code that it would send', async () => {
    const { engine } = await rig({ opens: 'lazy', steps: ['userQuery', { type: 'emailValidation', attempts: 1 }, 'reset'] })
    const shown = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    const { conversation } = openOf(shown)
    for (const number of [0, 1, 2]) {
      const guess = codes.of({ conversation, step: 'emailValidation', number }, { is: 'digits', length: 8 }).reveal()
      const reply = await engine.handle(intent('submit', { carried: by(handleOf(shown)), answers: [typed(guess)] }))
      expect(short(reply)).toEqual({ view: 'emailValidation validateCode', problem: 'out-of-turn' })
    }
  })

  test('twice is a resend: the same code, in the same round', async () => {
    const { engine, due, delivered, code } = await lazy()
    const shown = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    const [, sms] = openOf(shown).requirement.options ?? []
    const open = () => engine.handle(intent('open', { carried: by(handleOf(shown)), target: sms?.target ?? '' }))
    const once = await open()
    const again = await open()
    await delivered()
    expect(short(once)).toEqual({ view: 'smsValidation validateCode', problem: undefined })
    expect(openOf(again).requirement).toEqual(openOf(once).requirement)
    expect(due().map((letter) => [letter.message.channel, letter.code?.reveal()])).toEqual([
      ['sms', code()],
      ['sms', code()],
    ])
    const proved = await engine.handle(intent('submit', { carried: by(handleOf(shown)), answers: [typed(code())] }))
    expect(short(proved).view).toBe('reset initial')
  })

  test('of a choice picks one and sends its message once', async () => {
    const { engine, due, delivered } = await lazy()
    const shown = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    const carried = by(handleOf(shown))
    expect(short(await engine.handle(intent('open', { carried })))).toEqual({ view: 'choice choice', problem: undefined })
    expect(openOf(await engine.handle(intent('submit', { carried, answers: [picked('emailValidation')] }))).requirement.opened).toBe(false)
    expect(openOf(await engine.handle(intent('open', { carried }))).requirement.opened).toBe(true)
    await delivered()
    expect(due().map(({ message }) => message.channel)).toEqual(['email'])
  })

  test('a resend of what is not open, or of another option, is out of turn', async () => {
    const { engine, letters, delivered } = await lazy()
    const shown = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    const carried = by(handleOf(shown))
    const [mail, sms] = openOf(shown).requirement.options ?? []
    await engine.handle(intent('choose', { carried, target: mail?.target ?? '' }))
    expect(short(await engine.handle(intent('resend', { carried }))).problem).toBe('out-of-turn')
    await engine.handle(intent('open', { carried }))
    expect(short(await engine.handle(intent('resend', { carried, target: sms?.target ?? '' })))).toEqual({
      view: 'emailValidation validateCode',
      problem: 'out-of-turn',
    })
    await delivered()
    expect(letters).toHaveLength(1)
  })
})
