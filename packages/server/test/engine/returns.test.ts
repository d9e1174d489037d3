import { afterEach, describe, expect, test } from 'vitest'
import { decodeSnapshot, defineStep, done, failed, Secret, type Carried, type Intent, type Reply } from '@rekey/core'
import { answered, blue, intent, named, openOf, password, picked, short, tokenOf, typed } from './acts.js'
import type { NodeSpec } from './machine-of.js'
import { overridden } from './overridden.js'
import { closeRigs, openRig, type RigOptions } from './rig.js'

afterEach(closeRigs)

/** Two wrong answers lead back to the name; the questions have one more try then. */
const ROUND: readonly NodeSpec[] = ['userQuery', { type: 'kba', attempts: 2, onFail: 'userQuery' }, 'reset']
const wrong = (text = 'red') => answered(text)

async function started(options: RigOptions = {}, userName = 'jdoe') {
  const rig = await openRig({ steps: ROUND, ways: { handles: ['session'] }, ...options })
  const asked = await rig.engine.handle(intent('start', { answers: [named(userName)] }))
  const { handles, token } = openOf(asked)
  const handle: Carried = { is: 'handle', handle: handles['session'] ?? '', purpose: 'session' }
  return {
    ...rig,
    asked,
    token,
    act: (act: Intent['act'], rest: Partial<Intent> = {}) => rig.engine.handle(intent(act, { carried: handle, ...rest })),
    submit: (...answers: Intent['answers']) => rig.engine.handle(intent('submit', { carried: handle, answers })),
  }
}

describe('the last wrong answer', () => {
  test('leads back: another question, another token, no problem', async () => {
    const { engine, token, names } = await started()
    const submit = (text: string) => engine.handle(intent('submit', { carried: token, answers: [wrong(text)] }))
    expect(short(await submit('red')).problem).toBe('answer-rejected answers-mismatch')
    const back = await submit('green')
    expect(short(back)).toEqual({ view: 'userQuery initial', problem: undefined })
    expect(tokenOf(back)).not.toBe(token)
    expect(names().slice(-4)).toEqual([
      'refused kba answers-mismatch',
      'refused kba answers-mismatch',
      'returned userQuery',
      'opened userQuery',
    ])
    expect(await submit('green')).toEqual(back)
    expect(short(await submit('blue'))).toEqual({ view: undefined, problem: 'spent' })
    expect(await engine.handle(intent('look', { carried: tokenOf(back) }))).toEqual(back)
  })

  test('drops what else the request had to say', async () => {
    const { submit } = await started({ steps: ['userQuery', { type: 'kba', attempts: 1, onFail: 'userQuery' }, 'reset'] })
    expect(short(await submit(wrong(), named('asmith'), blue, password('N3w-passw0rd')))).toEqual({
      view: 'userQuery initial',
      problem: undefined,
    })
  })

  test('of a start that says everything at once leads back too', async () => {
    const { engine, people } = await openRig({ steps: ['userQuery', { type: 'kba', attempts: 1, onFail: 'userQuery' }, 'reset'] })
    const all = [named('jdoe'), wrong(), named('jdoe'), blue, password('N3w-passw0rd')]
    const reply = await engine.handle(intent('start', { answers: all }))
    expect(short(reply)).toEqual({ view: 'userQuery initial', problem: undefined })
    expect(short(await engine.handle(intent('look', { carried: tokenOf(reply) }))).view).toBe('userQuery initial')
    expect(await people.verifyPassword('p-jdoe', new Secret('Passw0rd1'))).toBe(true)
  })

  test('leads back once among sixteen equal ones, and the others get its answer', async () => {
    const { engine, token, names } = await started()
    const submit = (text: string) => engine.handle(intent('submit', { carried: token, answers: [wrong(text)] }))
    await submit('red')
    const replies = await Promise.all(Array.from({ length: 16 }, () => submit('green')))
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1)
    expect(replies.map(short)[0]).toEqual({ view: 'userQuery initial', problem: undefined })
    expect(names().filter((name) => name.startsWith('returned'))).toEqual(['returned userQuery'])
  })

  test('leads back once among sixteen different ones, and the others are spent', async () => {
    const { engine, token, names } = await started()
    const submit = (text: string) => engine.handle(intent('submit', { carried: token, answers: [wrong(text)] }))
    await submit('red')
    const replies = await Promise.all(Array.from({ length: 16 }, (_, index) => submit(`guess ${index}`)))
    const told = replies.map((reply) => short(reply).problem ?? short(reply).view ?? '').toSorted((one, other) => one.localeCompare(other))
    expect(told).toEqual([...Array.from({ length: 15 }, () => 'spent'), 'userQuery initial'])
    expect(names().filter((name) => name.startsWith('returned'))).toEqual(['returned userQuery'])
    expect(names().filter((name) => name.startsWith('refused'))).toHaveLength(2)
  })

  test('leads back once among sixteen different ones by a carrier that states no version', async () => {
    const { act, asked, names } = await started()
    const { target } = openOf(asked).requirement
    await act('submit', { target, answers: [wrong()] })
    const guess = (index: number) => act('submit', { target, answers: [wrong(`guess ${index}`)] })
    const replies = await Promise.all(Array.from({ length: 16 }, (_, index) => guess(index)))
    const told = replies.map((reply) => short(reply).problem ?? short(reply).view ?? '').toSorted((one, other) => one.localeCompare(other))
    expect(told).toEqual([...Array.from({ length: 15 }, () => 'out-of-turn'), 'userQuery initial'])
    expect(names().filter((name) => name.startsWith('returned'))).toEqual(['returned userQuery'])
  })

  test('leads back once when the process dies before it is written, and the request is sent again', async () => {
    let commits = 0
    const { engine, token, names } = await started({
      steps: ['userQuery', { type: 'kba', attempts: 1, onFail: 'userQuery' }, 'reset'],
      wrap: (options) => ({
        ...options,
        conversations: overridden(options.conversations, {
          commit: async (claim, entry) => {
            commits += 1
            if (commits === 1) throw new Error('the process died here')
            return options.conversations.commit(claim, entry)
          },
        }),
      }),
    })
    const submit = intent('submit', { carried: token, answers: [wrong()] })
    expect(await engine.handle(submit)).toEqual({ problem: { code: 'unavailable' } })
    const back = await engine.handle(submit)
    expect(short(back)).toEqual({ view: 'userQuery initial', problem: undefined })
    expect(await engine.handle(submit)).toEqual(back)
    expect(names().filter((name) => name.startsWith('returned'))).toEqual(['returned userQuery'])
  })

  test('of a password that the rules refuse leads back as well', async () => {
    const { submit } = await started({ steps: ['userQuery', 'kba', { type: 'reset', attempts: 1, onFail: 'kba' }] })
    await submit(blue)
    expect(short(await submit(password('short')))).toEqual({ view: 'kba initial', problem: undefined })
    // The proof was forgotten, and is asked for again; the password has no try left.
    expect(short(await submit(blue))).toEqual({ view: 'ended', problem: 'too-many-attempts' })
  })
})

describe('after going back', () => {
  test('tries stay: a step that is reached without one ends the conversation', async () => {
    const { submit, names } = await started()
    await submit(wrong('red'))
    await submit(wrong('green'))
    expect(short(await submit(named('jdoe')))).toEqual({ view: 'ended', problem: 'too-many-attempts' })
    expect(names().slice(-2)).toEqual(['named userQuery', 'ended kba too-many-attempts'])
  })

  test('SEC-21 what was proved is proved no more, about the same person or another', async () => {
    const steps: readonly NodeSpec[] = ['userQuery', 'kba', { type: 'emailValidation', attempts: 1, onFail: 'userQuery' }, 'reset']
    const machine = { require: { factors: 1, distinctChannels: true } } as const
    for (const userName of ['jdoe', 'asmith']) {
      const { submit, store, asked } = await started({ steps, machine })
      await submit(blue)
      expect(short(await submit(typed('1')))).toEqual({ view: 'userQuery initial', problem: undefined })
      const stored = await store.conversations.look(openOf(asked).conversation)
      expect(decodeSnapshot('c1', stored?.body ?? '')).toMatchObject({ evidence: [], facts: {}, outputs: {}, at: 0 })
      expect(stored?.body).not.toContain('p-jdoe')
      expect(short(await submit(named(userName)))).toEqual({ view: 'kba initial', problem: undefined })
    }
  })

  test('SEC-21 what was known on the way to another person does not come back', async () => {
    const steps: readonly NodeSpec[] = [
      'userQuery',
      'kba',
      {
        choose: [
          { type: 'smsValidation', attempts: 1, onFail: 'userQuery' },
          { type: 'emailValidation', attempts: 1, onFail: 'kba' },
        ],
      },
      'reset',
    ]
    const { act, submit, store, asked } = await started({ steps })
    await submit(blue)
    await act('choose', { answers: [picked('smsValidation')] })
    expect(short(await submit(typed('1'))).view).toBe('userQuery initial')
    expect(short(await submit(named('asmith'), blue)).view).toBe('emailValidation validateCode')
    expect(short(await submit(typed('2'))).view).toBe('kba initial')
    const stored = await store.conversations.look(openOf(asked).conversation)
    expect(stored?.body).toContain('p-asmith')
    expect(stored?.body).not.toContain('p-jdoe')
  })

  test('old codes, links and polls are over', async () => {
    const steps: readonly NodeSpec[] = ['userQuery', { type: 'emailValidation', attempts: 2, onFail: 'userQuery' }, 'reset']
    const { act, submit, asked, code, approval, delivered, engine } = await started({ steps })
    await delivered()
    const { target } = openOf(asked).requirement
    const [old, link] = [code(), approval()]
    await submit(typed('1'))
    expect(short(await submit(typed('2'))).view).toBe('userQuery initial')
    expect(short(await act('poll', { target })).problem).toBe('out-of-turn')
    const linked = (act: 'look' | 'approve' | 'deny') => engine.handle(intent(act, { flow: '', carried: { is: 'approval', token: link } }))
    for (const wanted of ['look', 'approve', 'deny'] as const) expect(short(await linked(wanted)).problem).toBe('out-of-turn')
    expect(short(await act('submit', { target, answers: [typed(old)] })).problem).toBe('out-of-turn')
    expect(short(await act('resend', { target })).problem).toBe('out-of-turn')
  })

  test('SEC-10 a code of an earlier round does not fit the question when it is asked again', async () => {
    const steps: readonly NodeSpec[] = [
      'userQuery',
      { choose: ['emailValidation', { type: 'kba', attempts: 1, onFail: 'choice' }, 'smsValidation'] },
      'reset',
    ]
    const { act, submit, code, delivered } = await started({ steps })
    await act('choose', { answers: [picked('emailValidation')] })
    await delivered()
    const old = code()
    const options = openOf(await act('look')).requirement
    expect(options.step.id).toBe('emailValidation')
    await act('choose', { target: { name: 'kba', fits: ({ kind }) => kind === 'answers' } })
    expect(short(await submit(wrong())).view).toBe('choice choice')
    await act('choose', { answers: [picked('emailValidation')] })
    expect(short(await submit(typed(old))).problem).toBe('answer-rejected code-mismatch')
    await delivered()
    expect(short(await submit(typed(code()))).view).toBe('reset initial')
  })

  test('the deadline of a conversation about somebody stays, though nobody is named any more', async () => {
    const { submit, asked, advance, act } = await started()
    await advance(400)
    await submit(wrong('red'))
    const back = await submit(wrong('green'))
    expect(openOf(back).expiresAt).toBe(openOf(asked).expiresAt)
    expect(short(await act('look')).view).toBe('userQuery initial')
    await advance(501)
    expect(await act('look')).toEqual({ problem: { code: 'token-invalid' } })
  })

  test('messages that were sent still count', async () => {
    const steps: readonly NodeSpec[] = [
      'userQuery',
      { choose: ['emailValidation', { type: 'kba', attempts: 4, onFail: 'choice' }] },
      'reset',
    ]
    const { act, letters, delivered } = await started({ steps })
    for (let times = 1; times <= 5; times++) {
      await act('choose', { answers: [picked('emailValidation')] })
      await act('choose', { target: { name: 'kba', fits: ({ kind }) => kind === 'answers' } })
    }
    await delivered()
    expect(letters.map(({ is }) => is)).toEqual(['due'])
  })

  test('somebody who became another flow starts that one again as themselves', async () => {
    const { act, asked } = await started({
      flows: [
        { id: 'reset', steps: ROUND },
        { id: 'forgot', steps: ['userQuery', 'kba', { type: 'emailValidation', attempts: 1, onFail: 'userQuery' }, 'reset'] },
      ],
      ways: { handles: ['session'], becomes: { reset: ['forgot'] } },
    })
    const flow = ''
    expect(short(await act('become', { flow, slot: 'forgot' })).view).toBe('kba initial')
    await act('submit', { flow, answers: [blue] })
    const back = await act('submit', { flow, answers: [typed('1')] })
    expect(short(back)).toEqual({ view: 'kba initial', problem: undefined })
    expect(openOf(back)).toMatchObject({ address: 'forgot', expiresAt: openOf(asked).expiresAt })
  })
})

describe('a step that fails', () => {
  const runs: string[] = []
  const silent = (type: string, verdict: () => ReturnType<typeof done> | ReturnType<typeof failed>) =>
    defineStep({ type, version: 1, description: 'a silent step', prepare: () => (runs.push(type), verdict()) })
  const more = [silent('passes', () => done()), silent('fails', () => failed('no-luck'))]

  const gone = defineStep({
    type: 'gone',
    version: 1,
    description: 'asks nothing any more',
    kind: 'code',
    asks: 'Nothing',
    prepare: () => failed('gone'),
    submit: () => done(),
  })

  test('without asking goes round as often as it has tries, and no more', async () => {
    runs.length = 0
    const { engine, names } = await openRig({ steps: ['passes', { type: 'fails', attempts: 3, onFail: 'passes' }, 'userQuery'], more })
    expect(short(await engine.handle(intent('start')))).toEqual({ view: 'ended', problem: 'too-many-attempts' })
    expect(runs).toEqual(['passes', 'fails', 'passes', 'fails', 'passes', 'fails', 'passes'])
    expect(names().filter((name) => name !== 'passed passes')).toEqual([
      'started',
      ...Array.from({ length: 3 }, () => ['failed fails no-luck', 'returned passes']).flat(),
      'ended fails too-many-attempts',
    ])
  })

  test('behind an answer leads back, and the answer counts as an accepted act', async () => {
    const steps: readonly NodeSpec[] = ['userQuery', 'kba', { type: 'fails', attempts: 1, onFail: 'kba' }, 'reset']
    const { submit, asked } = await started({ steps, more })
    const back = await submit(blue)
    expect(short(back)).toEqual({ view: 'kba initial', problem: undefined })
    expect(tokenOf(back)).not.toBe(tokenOf(asked))
    expect(await submit(blue)).toEqual(back)
  })

  test('while it is entered by a pick leads on to what is asked next', async () => {
    const steps: readonly NodeSpec[] = [
      'userQuery',
      { choose: [{ type: 'gone', attempts: 1, onFail: 'choice' }, 'emailValidation', 'kba'] },
      'reset',
    ]
    for (const act of ['choose', 'open', 'submit'] as const) {
      const { act: doing, names } = await started({ steps, more: [gone] })
      const wanted = { name: 'gone', fits: ({ step }: { step: { id: string } }) => step.id === 'gone' }
      const back = await doing(act, { target: wanted, answers: act === 'submit' ? [typed('1')] : [] })
      expect({ act, ...short(back) }).toEqual({ act, view: 'choice choice', problem: undefined })
      expect(openOf(back).requirement.options?.map(({ step }) => step.id)).toEqual(['emailValidation', 'kba'])
      expect(names()).toContain('returned choice')
    }
  })

  test.for(['choose', 'open', 'submit'] as const)(
    'while it is entered by a pick (%s) opens nothing where questions wait to be opened',
    async (wanted) => {
      const steps: readonly NodeSpec[] = [
        'userQuery',
        'emailValidation',
        { choose: [{ type: 'gone', attempts: 1, onFail: 'emailValidation' }, 'kba'] },
        'reset',
      ]
      const { act, submit, code, delivered, letters } = await started({ steps, more: [gone], opens: 'lazy' })
      await act('open')
      await delivered()
      await submit(typed(code()))
      const target = { name: 'gone', fits: ({ step }: { step: { id: string } }) => step.id === 'gone' }
      const back = await act(wanted, { target, answers: wanted === 'submit' ? [typed('1')] : [] })
      expect(short(back)).toEqual({ view: 'emailValidation validateCode', problem: undefined })
      expect(openOf(back).requirement.opened).toBe(false)
      await delivered()
      expect(letters).toHaveLength(1)
    },
  )

  test('SEC-21 SEC-24 because somebody changed the password meanwhile ends the conversation all the same', async () => {
    const { submit, people, act } = await started({ steps: ['userQuery', 'kba', { type: 'reset', onFail: 'userQuery' }] })
    await submit(blue)
    const person = await people.read('p-jdoe')
    const change = {
      id: 'p-jdoe',
      secret: new Secret('Oth3r-passw0rd'),
      expect: person?.credentialVersion ?? '',
      act: 'other',
      deadline: Date.now() + 9999,
    }
    await people.setPassword(change)
    expect(short(await submit(password('N3w-passw0rd')))).toEqual({ view: 'ended', problem: 'already-changed' })
    expect(short(await act('look')).view).toBe('ended')
  })

  test('SEC-21 because nothing was proved ends the conversation all the same', async () => {
    const { submit, events } = await started({ steps: ['userQuery', { type: 'reset', onFail: 'userQuery' }] })
    expect(short(await submit(password('N3w-passw0rd')))).toEqual({ view: 'ended', problem: 'step-failed unearned-change' })
    expect(events.filter(({ alarm }) => alarm === true).map(({ event }) => event)).toEqual(['unearned-change'])
  })
})

describe('SEC-1 going back', () => {
  const WALK: readonly NodeSpec[] = [
    'userQuery',
    {
      choose: [
        { type: 'smsValidation', attempts: 2, onFail: 'choice' },
        { type: 'emailValidation', attempts: 1, onFail: 'userQuery' },
        { type: 'kba', attempts: 1, onFail: 'userQuery' },
      ],
      onFail: 'userQuery',
    },
    'reset',
  ]

  /** What can be told of a reply, with everything that must differ between two conversations made alike. */
  function shape({ view, problem }: Reply): unknown {
    if (view?.is !== 'open') return { view: view && { ...view, conversation: '' }, problem }
    const { requirement, expiresAt, startedAt, ahead } = view
    return [
      requirement.step,
      requirement.kind,
      requirement.opened,
      requirement.options?.map(({ step }) => step.id),
      ahead?.length,
      expiresAt - (startedAt ?? 0),
      problem,
    ]
  }

  test.for(['nophone', 'nomail', 'locked', 'nobody'])(
    'looks for %s as it looks for anybody who does not know the answers',
    async (userName) => {
      const walk = async (who: string) => {
        const { act, submit, asked, names, letters, delivered, store } = await started({ steps: WALK }, who)
        const versions: (number | undefined)[] = []
        const seen: unknown[] = [shape(asked)]
        const then = async (reply: Promise<Reply>) => {
          seen.push(shape(await reply))
          versions.push((await store.conversations.look(openOf(asked).conversation))?.version)
        }
        await then(act('choose', { ahead: true, answers: [picked('smsValidation')] }))
        await then(submit(typed('1')))
        await then(submit(typed('2')))
        await then(act('choose', { answers: [picked('emailValidation')] }))
        await then(submit(typed('3')))
        await then(submit(named(who)))
        await then(submit(wrong()))
        await then(submit(named(who)))
        await delivered()
        const told = names().filter((name) => !/^(?:hidden|named|opened)/.test(name))
        return { seen, versions, told, letters: letters.length }
      }
      const usual = await walk('jdoe')
      expect(await walk(userName)).toEqual(usual)
      expect(usual.told.filter((name) => name.startsWith('returned'))).toEqual([
        'returned choice',
        'returned userQuery',
        'returned userQuery',
        'returned userQuery',
      ])
    },
  )
})
