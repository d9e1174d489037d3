import { afterEach, describe, expect, test } from 'vitest'
import { UnlinkableMachine, type Directory, type Intent } from '@rekey/core'
import { blue, intent, named, openOf, password, short, tokenOf } from './acts.js'
import type { NodeSpec } from './machine-of.js'
import { overridden } from './overridden.js'
import { closeRigs, engineRig, openRig } from './rig.js'

afterEach(closeRigs)

const chosen = (way: string) => ({ kind: 'attributes', value: { way } }) as const
const PARAMETERS: NodeSpec = { type: 'parameters', settings: { names: ['way'] } }
const BY_WAY = (way: string) => `facts.parameters.way == "${way}"`

describe('a condition', () => {
  test.for([
    ['mail', 'emailValidation validateCode', []],
    ['questions', 'kba initial', ['skipped emailValidation']],
  ] as const)('leads by what an earlier step has written: %s', async ([way, view, skipped]) => {
    const steps: readonly NodeSpec[] = [PARAMETERS, 'userQuery', { type: 'emailValidation', when: BY_WAY('mail') }, 'kba', 'reset']
    const { engine, names } = await openRig({ steps })
    const reply = await engine.handle(intent('start', { answers: [chosen(way), named('jdoe')] }))
    expect(short(reply)).toEqual({ view, problem: undefined })
    expect(names().filter((name) => name.startsWith('skipped'))).toEqual(skipped)
  })

  test('that does not hold for the last steps ends the conversation, by the step that was passed last', async () => {
    const steps: readonly NodeSpec[] = [
      PARAMETERS,
      'userQuery',
      'kba',
      'reset',
      { type: 'generatePassword', when: BY_WAY('a') },
      { type: 'notify', when: BY_WAY('b') },
    ]
    const { engine, names } = await openRig({ steps })
    const carried = tokenOf(await engine.handle(intent('start', { answers: [chosen('c'), named('jdoe'), blue] })))
    const last = intent('submit', { carried, answers: [password('N3w-passw0rd')] })
    const ended = await engine.handle(last)
    expect(ended.view).toMatchObject({ is: 'ended', as: 'completed', step: { id: 'reset', type: 'reset' } })
    expect(await engine.handle(last)).toEqual(ended)
    expect(names().slice(-5)).toEqual([
      'passed reset',
      'changed reset',
      'skipped generatePassword',
      'skipped notify',
      'ended reset completed',
    ])
  })

  test('may leave nothing to do at all', async () => {
    const { engine } = await openRig({ steps: [{ type: 'kba', when: { is: 'any', of: [] } }] })
    expect((await engine.handle(intent('start'))).view).toMatchObject({ is: 'ended', as: 'completed', step: { id: 'kba' } })
  })

  test('of the first step decides what is described', async () => {
    const { engine } = await openRig({ steps: [{ type: 'parameters', when: { is: 'any', of: [] } }, 'userQuery', 'kba', 'reset'] })
    expect((await engine.handle(intent('describe'))).view).toMatchObject({ is: 'described', step: { id: 'userQuery' } })
  })

  test('that two steps ask is decided once, whatever the directory says later; one that a single step asks is asked when its turn comes', async () => {
    const mailed = 'principal.mail == "jdoe@example.com"'
    const steps: readonly NodeSpec[] = [
      'userQuery',
      { type: 'kba', when: mailed },
      { type: 'emailValidation', when: mailed },
      { type: 'reset', id: 'other', when: 'principal.mail.startsWith("jdoe@")' },
      'reset',
    ]
    const walk = async (moves: boolean) => {
      const { engine, admin, code, delivered } = await openRig({ steps })
      const asked = await engine.handle(intent('start', { answers: [named('jdoe')] }))
      if (moves) await admin.setMail('p-jdoe', 'new@example.com')
      const mailing = await engine.handle(intent('submit', { carried: tokenOf(asked), answers: [blue] }))
      await delivered()
      const proved = await engine.handle(
        intent('submit', { carried: tokenOf(mailing), answers: [{ kind: 'code', value: { code: code() } }] }),
      )
      return [asked, mailing, proved].map((reply) => short(reply).view)
    }
    expect(await walk(false)).toEqual(['kba initial', 'emailValidation validateCode', 'other initial'])
    expect(await walk(true)).toEqual(['kba initial', 'emailValidation validateCode', 'reset initial'])
  })

  test('that this process cannot read stops it from starting', async () => {
    await expect(engineRig({ steps: ['userQuery', { type: 'kba', when: 'principal.' }, 'reset'] })).rejects.toThrow(UnlinkableMachine)
  })

  test('SEC-1 about what everybody has costs a stranger as many calls of the directory, and leads them the same way', async () => {
    const steps: readonly NodeSpec[] = [
      'userQuery',
      { type: 'smsValidation', when: { is: 'not', of: { is: 'cel', text: 'has(principal.mail)' } } },
      { type: 'kba', when: 'size(principal.kba) >= 1', attempts: 2 },
      'reset',
    ]
    const walk = async (userName: string) => {
      const calls: string[] = []
      const watched = (real: Directory): Directory =>
        overridden(real, {
          find: (filter) => (calls.push('find'), real.find(filter)),
          read: (id) => (calls.push('read'), real.read(id)),
          verifyAnswers: (id, answers) => (calls.push('verifyAnswers'), real.verifyAnswers(id, answers)),
        })
      const { engine, names } = await openRig({ steps, directory: watched })
      const asked = await engine.handle(intent('start', { ahead: true, answers: [named(userName)] }))
      const wrong = { kind: 'answers', value: { answers: { answer1: 'red' } } } as const
      const replies = [asked, await engine.handle(intent('submit', { carried: tokenOf(asked), answers: [wrong] }))]
      return { views: replies.map(short), ahead: openOf(asked).ahead?.map(({ step }) => step.id), calls, events: names().slice(2) }
    }
    const usual = await walk('jdoe')
    expect(usual.views[0]).toEqual({ view: 'kba initial', problem: undefined })
    for (const userName of ['nobody', 'locked', 'nophone']) {
      const { events, ...rest } = await walk(userName)
      const { events: usually, ...others } = usual
      expect({ userName, ...rest }).toEqual({ userName, ...others })
      // The audit trail, which only the operator reads, says why somebody was hidden; for the rest it tells the same story.
      expect(events.slice(1)).toEqual(usually.slice(1))
    }
  })
})

describe('what lies ahead', () => {
  const ahead = async (steps: readonly NodeSpec[], answers = [named('jdoe')], opens: 'eager' | 'lazy' = 'eager') => {
    const { engine } = await openRig({ steps, opens })
    const view = openOf(await engine.handle(intent('start', { ahead: true, answers })))
    return (view.ahead ?? []).map(({ step, options }) => [step.id, ...(options ?? []).map((option) => option.step.id)].join(' '))
  }
  const never = { is: 'any', of: [] } as const

  test.for([
    ['leaves out what is passed over', ['userQuery', 'kba', { type: 'emailValidation', when: never }, 'reset'], ['reset']],
    [
      'ends before a step that depends on what is still to be written',
      ['userQuery', 'kba', 'emailValidation', { ...PARAMETERS, when: 'has(facts.kba.way)' }, 'reset'],
      ['emailValidation'],
    ],
    [
      'goes past conditions on a person who has proved something',
      ['userQuery', 'kba', 'emailValidation', { type: 'smsValidation', when: 'has(principal.phone)' }, 'reset'],
      ['smsValidation', 'reset'],
      [blue],
    ],
    [
      'SEC-1 ends before conditions on a person of whom nothing is proved',
      ['userQuery', 'kba', { type: 'smsValidation', when: 'has(principal.phone)' }, 'reset'],
      [],
    ],
    [
      'SEC-1 uses no decision about such a person either that was made without a word',
      [
        'userQuery',
        { type: 'notify', when: 'has(principal.phone)' },
        'kba',
        'emailValidation',
        { type: 'smsValidation', when: 'has(principal.phone)' },
        'reset',
      ],
      ['emailValidation'],
    ],
    [
      'ends before what cannot be decided',
      ['userQuery', 'kba', 'emailValidation', { type: 'reset', when: 'principal.locale == "en"' }],
      [],
      [blue],
    ],
    [
      'shows the options that will be left, and the only one in place of its choice',
      [
        'userQuery',
        'kba',
        { type: 'emailValidation', id: 'first' },
        { choose: ['emailValidation', { type: 'smsValidation', when: 'has(principal.phone)' }, { type: 'totp', when: never }] },
        {
          id: 'second',
          choose: [
            { type: 'emailValidation', id: 'again' },
            { type: 'kba', id: 'questions', when: never },
          ],
        },
        {
          id: 'third',
          choose: [
            { type: 'kba', id: 'none', when: never },
            { type: 'totp', id: 'neither', when: never },
          ],
        },
        'reset',
      ],
      ['choice emailValidation smsValidation', 'again'],
      [blue],
    ],
  ] as const satisfies readonly (readonly [string, readonly NodeSpec[], readonly string[], answers?: Intent['answers']])[])(
    '%s',
    async ([, steps, seen, answers = []]) => {
      expect(await ahead(steps, [named('jdoe'), ...answers])).toEqual(seen)
    },
  )

  test('ends before a condition on a person whom nobody has named yet', async () => {
    const steps: readonly NodeSpec[] = [PARAMETERS, { type: 'userQuery', when: 'has(principal.mail)' }]
    expect(await ahead(steps, [])).toEqual([])
  })

  test('keeps a choice of one where questions are opened by a pick', async () => {
    const steps: readonly NodeSpec[] = ['userQuery', 'kba', { choose: ['emailValidation', { type: 'totp', when: never }] }, 'reset']
    expect(await ahead(steps, [named('jdoe')], 'lazy')).toEqual(['choice emailValidation', 'reset'])
  })
})
