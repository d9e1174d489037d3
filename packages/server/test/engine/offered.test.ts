import { afterEach, describe, expect, test } from 'vitest'
import type { Carried, Intent } from '@rekey/core'
import { intent, named, openOf, picked, short, tokenOf, typed } from './acts.js'
import type { NodeSpec } from './machine-of.js'
import { closeRigs, openRig, type RigOptions } from './rig.js'

afterEach(closeRigs)

const never = { is: 'any', of: [] } as const
const CHOICE: readonly NodeSpec[] = [
  'userQuery',
  { choose: ['emailValidation', { type: 'smsValidation', when: 'has(principal.locale)' }, 'kba'] },
  'reset',
]

async function choosing(options: RigOptions = {}, userName = 'jdoe') {
  const rig = await openRig({ steps: CHOICE, ways: { handles: ['session'] }, ...options })
  const shown = await rig.engine.handle(intent('start', { answers: [named(userName)] }))
  const { handles } = openOf(shown)
  const carried: Carried = { is: 'handle', handle: handles['session'] ?? '', purpose: 'session' }
  return {
    ...rig,
    shown,
    offered: openOf(shown).requirement.options?.map(({ step }) => step.id),
    act: (act: Intent['act'], rest: Partial<Intent> = {}) => rig.engine.handle(intent(act, { carried, ...rest })),
  }
}

describe('a choice', () => {
  test('offers the options whose conditions hold, and shows no other', async () => {
    const { offered, shown, act } = await choosing()
    expect(offered).toEqual(['emailValidation', 'kba'])
    expect(await act('look')).toEqual(shown)
  })

  test.for([
    ['an answer with its id', 'submit', { answers: [picked('smsValidation')] }, 'answer-invalid'],
    ['a choice with its id', 'choose', { answers: [picked('smsValidation')] }, 'answer-invalid'],
    ['what it is', 'choose', { target: { name: 'sms', fits: ({ channel }) => channel === 'sms' } }, 'out-of-turn'],
    ['an act upon it', 'open', { target: { name: 'sms', fits: ({ step }) => step.id === 'smsValidation' } }, 'out-of-turn'],
  ] as const satisfies readonly (readonly [string, Intent['act'], Partial<Intent>, string])[])(
    'does not let an option that is not offered be picked by %s',
    async ([, wanted, rest, problem]) => {
      const { act, names } = await choosing()
      expect(short(await act(wanted, rest))).toEqual({ view: 'choice choice', problem })
      expect(names()).not.toContain('chosen smsValidation')
    },
  )

  test('is decided once: what the directory says later offers nothing else', async () => {
    const steps: readonly NodeSpec[] = [
      'userQuery',
      { choose: ['emailValidation', 'kba', { type: 'smsValidation', when: 'principal.mail == "jdoe@example.com"' }] },
      'reset',
    ]
    const { offered, admin, act } = await choosing({ steps })
    expect(offered).toEqual(['emailValidation', 'kba', 'smsValidation'])
    await admin.setMail('p-jdoe', 'new@example.com')
    expect(openOf(await act('look')).requirement.options?.map(({ step }) => step.id)).toEqual(offered)
    expect(short(await act('choose', { answers: [picked('smsValidation')] })).view).toBe('smsValidation validateCode')
  })

  test('with one option left is that option, where questions open on arrival', async () => {
    const steps: readonly NodeSpec[] = ['userQuery', { choose: ['kba', { type: 'emailValidation', when: never }] }, 'reset']
    const { shown, names, act } = await choosing({ steps })
    expect(short(shown)).toEqual({ view: 'kba initial', problem: undefined })
    expect(names()).toContain('chosen kba')
    expect(short(await act('choose', { answers: [picked('emailValidation')] })).problem).toBe('out-of-turn')
  })

  test('with one option left still asks, where questions open by a pick', async () => {
    const steps: readonly NodeSpec[] = ['userQuery', { choose: ['emailValidation', { type: 'kba', when: never }] }, 'reset']
    const { offered, act, letters, delivered } = await choosing({ steps, opens: 'lazy' })
    expect(offered).toEqual(['emailValidation'])
    const shown = await act('choose', { answers: [picked('emailValidation')] })
    expect(openOf(shown).requirement).toMatchObject({ step: { id: 'emailValidation' }, opened: false })
    await delivered()
    expect(letters).toEqual([])
  })

  test('without an option left has failed', async () => {
    const steps: readonly NodeSpec[] = [
      'userQuery',
      {
        choose: [
          { type: 'kba', when: never },
          { type: 'emailValidation', when: never },
        ],
      },
      'reset',
    ]
    const { engine, names } = await openRig({ steps })
    const reply = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    expect(short(reply)).toEqual({ view: 'ended', problem: 'step-failed no-option' })
    expect(names().at(-1)).toBe('ended choice no-option')
  })

  test('without an option left leads back where it says so, and not for ever', async () => {
    const none: NodeSpec = {
      choose: [
        { type: 'kba', when: never },
        { type: 'emailValidation', when: never },
      ],
      onFail: 'userQuery',
    }
    const { engine } = await openRig({ steps: ['userQuery', none, 'reset'] })
    let reply = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    for (let times = 1; times <= 5; times++) {
      expect(short(reply)).toEqual({ view: 'userQuery initial', problem: undefined })
      reply = await engine.handle(intent('submit', { carried: tokenOf(reply), answers: [named('jdoe')] }))
    }
    expect(short(reply)).toEqual({ view: 'ended', problem: 'step-failed no-option' })
  })

  test('is passed over with all its options', async () => {
    const steps: readonly NodeSpec[] = ['userQuery', { choose: ['kba', 'emailValidation'], when: never }, 'reset']
    const { engine, names } = await openRig({ steps })
    expect(short(await engine.handle(intent('start', { answers: [named('jdoe')] }))).view).toBe('reset initial')
    expect(names()).toContain('skipped choice')
  })
})

describe('an option that leads back to its choice', () => {
  const AGAIN: readonly NodeSpec[] = [
    'userQuery',
    {
      choose: [
        { type: 'emailValidation', attempts: 1, onFail: 'choice' },
        { type: 'smsValidation', attempts: 2, onFail: 'choice' },
        { type: 'kba', attempts: 1 },
      ],
    },
    'reset',
  ]

  test.for(['jdoe', 'nophone', 'nomail', 'locked', 'nobody'])(
    'SEC-1 is offered no more when it is used up, for %s as for anybody',
    async (userName) => {
      const { act, offered, shown } = await choosing({ steps: AGAIN }, userName)
      expect(offered).toEqual(['emailValidation', 'smsValidation', 'kba'])
      const texted = await act('choose', { answers: [picked('smsValidation')] })
      const target = openOf(texted).requirement.target
      expect(short(await act('submit', { target, answers: [typed('1')] })).problem).toBe('answer-rejected code-mismatch')
      const back = await act('submit', { target, answers: [typed('2')] })
      expect(short(back)).toEqual({ view: 'choice choice', problem: undefined })
      expect(openOf(back).requirement.options?.map(({ step }) => step.id)).toEqual(['emailValidation', 'kba'])
      expect(tokenOf(back)).not.toBe(tokenOf(shown))
      expect(short(await act('choose', { target })).problem).toBe('out-of-turn')
      expect(short(await act('poll', { target })).problem).toBe('out-of-turn')
      await act('choose', { answers: [picked('emailValidation')] })
      // One is left: it is taken without a word.
      expect(short(await act('submit', { answers: [typed('1')] }))).toEqual({ view: 'kba initial', problem: undefined })
      const red = { kind: 'answers', value: { answers: { answer1: 'red' } } } as const
      expect(short(await act('submit', { answers: [red] }))).toEqual({ view: 'ended', problem: 'too-many-attempts answers-mismatch' })
    },
  )

  test('gives somebody who lacks a phone the other options for real', async () => {
    const { act, due, code, delivered } = await choosing({ steps: AGAIN }, 'nophone')
    await act('choose', { answers: [picked('smsValidation')] })
    await act('submit', { answers: [typed('1')] })
    await act('submit', { answers: [typed('2')] })
    await act('choose', { answers: [picked('emailValidation')] })
    await delivered()
    expect(due().map(({ message }) => message.to)).toEqual(['nophone@example.com'])
    expect(short(await act('submit', { answers: [typed(code())] })).view).toBe('reset initial')
  })
})
