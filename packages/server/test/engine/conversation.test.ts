import { afterEach, describe, expect, test, vi } from 'vitest'
import { Secret } from '@rekey/core'
import { blue, intent, named, password, short, tokenOf, typed } from './acts.js'
import { WIDE_LIMITS } from './machine-of.js'
import { closeRigs, openRig as rig } from './rig.js'

afterEach(closeRigs)

describe('a conversation', () => {
  test('goes from name to changed password', async () => {
    const { engine, directory, letters, code, names, faults } = await rig()
    const asked = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    expect(short(asked)).toEqual({ view: 'emailValidation validateCode', problem: undefined })
    await vi.waitFor(() => expect(letters).toHaveLength(1))
    const proved = await engine.handle(intent('submit', { carried: tokenOf(asked), answers: [typed(code())] }))
    expect(short(proved)).toEqual({ view: 'reset initial', problem: undefined })
    const ended = await engine.handle(intent('submit', { carried: tokenOf(proved), answers: [password('N3w-passw0rd')] }))
    expect(ended.view).toMatchObject({ is: 'ended', as: 'completed', step: { id: 'reset', type: 'reset' }, outputs: {} })
    expect(await directory.verifyPassword('p-jdoe', new Secret('N3w-passw0rd'))).toBe(true)
    await vi.waitFor(() => expect(letters.map(({ message }) => message.template)).toEqual(['reset-code', 'password-changed']))
    expect(names()).toEqual([
      'started',
      'opened userQuery',
      'named userQuery',
      'opened emailValidation',
      'passed emailValidation',
      'opened reset',
      'passed reset',
      'changed reset',
      'ended reset completed',
    ])
    expect(faults).toEqual([])
  })

  test('takes all answers at once where the wire has them', async () => {
    const { engine, directory } = await rig({ steps: ['userQuery', 'kba', 'reset'] })
    const ended = await engine.handle(intent('start', { answers: [named('jdoe'), blue, password('N3w-passw0rd')] }))
    expect(ended.view).toMatchObject({ is: 'ended', as: 'completed' })
    expect(await directory.verifyPassword('p-jdoe', new Secret('N3w-passw0rd'))).toBe(true)
  })

  test('opens lazily where the dialect does: the mail goes out when the question is picked', async () => {
    const { engine, letters, code } = await rig({ opens: 'lazy' })
    const shown = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    expect(shown.view).toMatchObject({ is: 'open', requirement: { tag: 'validateCode', opened: false } })
    expect(letters).toEqual([])
    const opened = await engine.handle(intent('open', { carried: tokenOf(shown) }))
    expect(opened.view).toMatchObject({ is: 'open', requirement: { opened: true } })
    await vi.waitFor(() => expect(letters).toHaveLength(1))
    expect(short(await engine.handle(intent('submit', { carried: tokenOf(opened), answers: [typed(code())] }))).view).toBe('reset initial')
  })

  test('SEC-10 SEC-30 resends the same code, without a new version, three messages at the most', async () => {
    const { engine, letters, code } = await rig()
    const asked = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    await vi.waitFor(() => expect(letters).toHaveLength(1))
    const first = code()
    for (let sent = 2; sent <= 5; sent++) {
      expect(tokenOf(await engine.handle(intent('resend', { carried: tokenOf(asked) })))).toBe(tokenOf(asked))
      await vi.waitFor(() => expect(letters).toHaveLength(sent))
    }
    expect(letters.map(({ is }) => is)).toEqual(['due', 'due', 'due', 'void', 'void'])
    expect(code()).toBe(first)
    expect(new Set(letters.map(({ id }) => id)).size).toBe(5)
  })

  test('SEC-10 resends another code where the step wants it so: the one before is worth nothing, unless the new one is a message too many', async () => {
    const { engine, letters, code } = await rig({ steps: ['userQuery', { type: 'emailValidation', settings: { resend: 'new' } }, 'reset'] })
    const carried = tokenOf(await engine.handle(intent('start', { answers: [named('jdoe')] })))
    const codes: string[] = []
    for (let sent = 1; sent <= 5; sent++) {
      if (sent > 1) expect(tokenOf(await engine.handle(intent('resend', { carried })))).toBe(carried)
      await vi.waitFor(() => expect(letters).toHaveLength(sent))
      if (letters.at(-1)?.is === 'due') codes.push(code())
    }
    expect([new Set(codes).size, codes.length]).toEqual([3, 3])
    for (const old of codes.slice(0, 2))
      expect(short(await engine.handle(intent('submit', { carried, answers: [typed(old)] }))).problem).toBe('answer-rejected code-mismatch')
    expect(short(await engine.handle(intent('submit', { carried, answers: [typed(codes[2] ?? '')] })))).toEqual({
      view: 'reset initial',
      problem: undefined,
    })
  })

  test('SEC-10 SEC-30 the code stays where the budget of its address is used up, which somebody else may have done', async () => {
    const messages = { conversation: 9, destination: { count: 2, seconds: 3600 } }
    const { engine, letters, code } = await rig({
      steps: ['userQuery', { type: 'emailValidation', settings: { resend: 'new' } }, 'reset'],
      machine: { limits: { ...WIDE_LIMITS, messages } },
    })
    const start = async () => tokenOf(await engine.handle(intent('start', { answers: [named('jdoe')] })))
    await start()
    const carried = await start()
    await vi.waitFor(() => expect(letters).toHaveLength(2))
    const sent = code()
    expect(tokenOf(await engine.handle(intent('resend', { carried })))).toBe(carried)
    await vi.waitFor(() => expect(letters.map(({ is }) => is)).toEqual(['due', 'due', 'void']))
    expect(short(await engine.handle(intent('submit', { carried, answers: [typed(sent)] }))).view).toBe('reset initial')
  })

  test('looks without changing anything', async () => {
    const { engine } = await rig()
    const asked = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    expect(await engine.handle(intent('look', { carried: tokenOf(asked) }))).toEqual(asked)
  })

  test('is cancelled once, and again', async () => {
    const { engine } = await rig()
    const carried = tokenOf(await engine.handle(intent('start', { answers: [named('jdoe')] })))
    const cancelled = await engine.handle(intent('cancel', { carried }))
    expect(cancelled.view).toMatchObject({ is: 'ended', as: 'cancelled' })
    expect(await engine.handle(intent('cancel', { carried }))).toEqual(cancelled)
    expect(short(await engine.handle(intent('submit', { carried, answers: [typed('1')] })))).toEqual({ view: undefined, problem: 'spent' })
  })

  test('describes its first step and stores nothing', async () => {
    const { engine, events } = await rig({ steps: ['parameters', 'userQuery', 'emailValidation', 'reset'] })
    const described = await engine.handle(intent('describe'))
    expect(described.view).toMatchObject({ is: 'described', step: { type: 'parameters' }, requirement: { tag: 'initial' } })
    expect(events).toEqual([])
  })

  test('gives parameters back at the end', async () => {
    const { engine } = await rig({ steps: ['parameters', 'userQuery', 'kba', 'reset'] })
    const answers = [
      { kind: 'attributes', value: { returnParams: 'a=1', other: 'x' } } as const,
      named('jdoe'),
      blue,
      password('N3w-passw0rd'),
    ]
    expect((await engine.handle(intent('start', { answers }))).view).toMatchObject({ is: 'ended', outputs: { returnParams: 'a=1' } })
  })
})

describe('a refusal', () => {
  test('leaves the token good, counts, and the last one ends', async () => {
    const { engine } = await rig({ steps: ['userQuery', { type: 'kba', attempts: 2 }, 'reset'] })
    const carried = tokenOf(await engine.handle(intent('start', { answers: [named('jdoe')] })))
    const guess = (text: string) =>
      engine.handle(intent('submit', { carried, answers: [{ kind: 'answers', value: { answers: { answer1: text } } }] }))
    const first = await guess('red')
    expect(short(first)).toEqual({ view: 'kba initial', problem: 'answer-rejected answers-mismatch' })
    expect(await guess('red')).toEqual(first)
    const last = await guess('green')
    expect(short(last)).toEqual({ view: 'ended', problem: 'too-many-attempts answers-mismatch' })
    expect(await guess('green')).toEqual(last)
    expect(short(await guess('Blue'))).toEqual({ view: undefined, problem: 'spent' })
  })

  test.for([
    ['another kind', [typed('1')], 'out-of-turn'],
    ['a wrong type', [{ kind: 'answers', value: { answers: 'Blue' } }], 'answer-invalid'],
    ['a missing member', [{ kind: 'answers', value: {} }], 'answer-missing'],
  ] as const)('of %s is no attempt', async ([, answers, problem]) => {
    const { engine } = await rig({ steps: ['userQuery', { type: 'kba', attempts: 1 }, 'reset'] })
    const carried = tokenOf(await engine.handle(intent('start', { answers: [named('jdoe')] })))
    expect(short(await engine.handle(intent('submit', { carried, answers }))).problem).toBe(problem)
    expect(short(await engine.handle(intent('submit', { carried, answers: [blue] }))).view).toBe('reset initial')
  })

  test('of a weak password keeps the conversation', async () => {
    const { engine } = await rig({ steps: ['userQuery', 'kba', 'reset'] })
    const carried = tokenOf(await engine.handle(intent('start', { answers: [named('jdoe'), blue] })))
    const weak = await engine.handle(intent('submit', { carried, answers: [password('short')] }))
    expect(weak.problem).toMatchObject({
      code: 'answer-rejected',
      reason: 'policy',
      details: [{ rule: 'MIN_LENGTH', params: { minLength: 8 } }],
    })
    expect((await engine.handle(intent('submit', { carried, answers: [password('long enough')] }))).view).toMatchObject({ is: 'ended' })
  })

  test('at the door stores nothing and gives nothing to come back with', async () => {
    const { engine } = await rig()
    expect(await engine.handle(intent('start', { answers: [{ kind: 'identifier', value: {} }] }))).toEqual({
      problem: { code: 'answer-missing', at: '/filter', step: { id: 'userQuery', type: 'userQuery' } },
    })
  })

  test.for([
    ['no token', undefined, 'token-invalid'],
    ['a forged token', 'a.b.c', 'token-invalid'],
  ] as const)('for %s', async ([, carried, problem]) => {
    const { engine } = await rig()
    expect(await engine.handle(intent('submit', { ...(carried !== undefined && { carried }), answers: [] }))).toEqual({
      problem: { code: problem },
    })
  })

  test('for a flow nobody serves', async () => {
    const { engine } = await rig()
    expect(await engine.handle(intent('start', { flow: '__proto__' }))).toEqual({ problem: { code: 'flow-unknown' } })
  })
})

describe('SEC-1 somebody unknown, locked or without an address', () => {
  test.for(['nobody', 'locked', 'nomail'])('%s goes the same way and never comes through', async (userName) => {
    const { engine, letters, directory } = await rig()
    const walk = async (who: string) => {
      const asked = await engine.handle(intent('start', { answers: [named(who)] }))
      const carried = tokenOf(asked)
      const replies = [asked]
      for (const code of ['1', '2', '3', '4', '5', '6'])
        replies.push(await engine.handle(intent('submit', { carried, answers: [typed(code)] })))
      return replies.map(short)
    }
    expect(await walk(userName)).toEqual(await walk('jdoe'))
    await vi.waitFor(() => expect(letters).toHaveLength(2))
    expect(letters.map(({ is }) => is)).toEqual(['void', 'due'])
    expect(await directory.verifyPassword('p-locked', new Secret('Passw0rd1'))).toBe(true)
  })

  test('even the right answer does not let a locked person through', async () => {
    const { engine } = await rig({ steps: ['userQuery', 'kba', 'reset'] })
    const reply = await engine.handle(intent('start', { answers: [named('locked'), blue] }))
    expect(short(reply)).toEqual({ view: 'kba initial', problem: 'answer-rejected answers-mismatch' })
  })

  test('is told where the flow says reveal', async () => {
    const { engine } = await rig({ machine: { unknownAccount: 'reveal' } })
    const reply = await engine.handle(intent('start', { answers: [named('nobody')] }))
    expect(reply.problem).toMatchObject({ code: 'answer-rejected', reason: 'no-match' })
  })
})

describe('budgets', () => {
  test('SEC-26 SEC-70 failures of one person over many conversations turn into a shadow, unseen, and the owner is told once', async () => {
    const { engine, letters } = await rig({
      steps: ['userQuery', 'kba', 'reset'],
      machine: {
        limits: {
          failures: { principal: { count: 3, seconds: 3600 }, inRow: { free: 10, waitSeconds: 60, longestSeconds: 86_400, most: 100 } },
          starts: { address: { count: 100, seconds: 3600 } },
          messages: { conversation: 3, destination: { count: 5, seconds: 3600 } },
        },
      },
    })
    const wrong = { kind: 'answers', value: { answers: { answer1: 'red' } } } as const
    for (let tries = 0; tries < 5; tries++) await engine.handle(intent('start', { answers: [named('jdoe'), wrong] }))
    const right = await engine.handle(intent('start', { answers: [named('jdoe'), blue] }))
    expect(short(right)).toEqual({ view: 'kba initial', problem: 'answer-rejected answers-mismatch' })
    await vi.waitFor(() => expect(letters.filter(({ message }) => message.template === 'attempts-notice')).toHaveLength(1))
  })

  test('SEC-30 messages to one address over many conversations', async () => {
    const { engine, letters } = await rig({
      machine: {
        limits: {
          failures: { principal: { count: 5, seconds: 3600 }, inRow: { free: 10, waitSeconds: 60, longestSeconds: 86_400, most: 100 } },
          starts: { address: { count: 1000, seconds: 3600 } },
          messages: { conversation: 3, destination: { count: 5, seconds: 3600 } },
        },
      },
    })
    const views = new Set<unknown>()
    for (let starts = 0; starts < 20; starts++) views.add(short(await engine.handle(intent('start', { answers: [named('jdoe')] }))).view)
    expect(views).toEqual(new Set(['emailValidation validateCode']))
    await vi.waitFor(() => expect(letters).toHaveLength(20))
    expect(letters.filter(({ is }) => is === 'due')).toHaveLength(5)
  })

  test('SEC-1 SEC-30 messages of a flow in all, where it says so: nobody sees it, names that nobody has count alike, and what another limit holds back does not', async () => {
    const messages = { conversation: 3, destination: { count: 2, seconds: 3600 }, flow: { count: 4, seconds: 3600 } }
    const { engine, letters, events, advance } = await rig({ machine: { limits: { ...WIDE_LIMITS, messages } } })
    const sent = async (who: string) => {
      const [before, seen] = [letters.length, events.length]
      const reply = short(await engine.handle(intent('start', { answers: [named(who)] })))
      await vi.waitFor(() => expect(letters.length).toBe(before + 1))
      return [reply.view, letters.at(-1)?.is, ...events.slice(seen).flatMap(({ event, reason }) => (event === 'limited' ? [reason] : []))]
    }
    const asked = 'emailValidation validateCode'
    for (let strangers = 0; strangers < 2; strangers++) expect(await sent(`nobody-${strangers}`)).toEqual([asked, 'void'])
    for (let mails = 0; mails < 2; mails++) expect(await sent('jdoe')).toEqual([asked, 'due'])
    for (let mails = 0; mails < 3; mails++) expect(await sent('jdoe')).toEqual([asked, 'void', 'messages'])
    for (const who of ['asmith', 'nophone', 'nobody-9']) expect(await sent(who)).toEqual([asked, 'void', 'messages-of-flow'])
    await advance(3601)
    expect(await sent('nophone')).toEqual([asked, 'due'])
  })

  test('starts of one address are answered openly', async () => {
    const { engine } = await rig({
      machine: {
        limits: {
          failures: { principal: { count: 5, seconds: 3600 }, inRow: { free: 10, waitSeconds: 60, longestSeconds: 86_400, most: 100 } },
          starts: { address: { count: 2, seconds: 3600 } },
          messages: { conversation: 3, destination: { count: 5, seconds: 3600 } },
        },
      },
    })
    const start = () => engine.handle(intent('start', { answers: [named('jdoe')] }))
    const codes = [await start(), await start(), await start()].map(({ problem }) => problem?.code)
    expect(codes).toEqual([undefined, undefined, 'limited'])
  })
})
