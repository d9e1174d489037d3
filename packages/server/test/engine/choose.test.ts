import { afterEach, describe, expect, test } from 'vitest'
import type { AskedRequirement, FittingTarget, Intent, Reply } from '@rekey/core'
import { intent, named, openOf, password, picked, short, tokenOf, typed } from './acts.js'
import type { NodeSpec } from './machine-of.js'
import { closeRigs, openRig, type RigOptions } from './rig.js'

afterEach(closeRigs)

const CHOICE: readonly NodeSpec[] = ['userQuery', { choose: ['emailValidation', 'smsValidation'] }, 'reset']
const rig = (options: RigOptions = {}) => openRig({ steps: CHOICE, ...options })

/** The option of a choice by its step; of the view that shows the choice. */
function optionOf(reply: Reply, step: string): AskedRequirement {
  const option = openOf(reply).requirement.options?.find((one) => one.step.id === step)
  if (!option) throw new Error(`no option ${step}`)
  return option
}

describe('a choice', () => {
  test('asks which, and shows each option as it would be asked, with no address before anything was proved', async () => {
    const { engine, letters, delivered } = await rig()
    const shown = openOf(await engine.handle(intent('start', { answers: [named('jdoe')] }))).requirement
    expect({
      ...shown,
      target: '',
      options: shown.options?.map(({ step, kind, channel, to, opened }) => [step.id, kind, channel, to, opened]),
    }).toEqual({
      tag: 'choice',
      kind: 'choice',
      step: { id: 'choice', type: 'choose' },
      asks: 'Choose how to go on',
      target: '',
      opened: true,
      answer: { option: { type: 'string', description: 'Id of the step to take' } },
      required: ['option'],
      options: [
        ['emailValidation', 'code', 'email', undefined, false],
        ['smsValidation', 'code', 'sms', undefined, false],
      ],
    })
    await delivered()
    expect(letters).toEqual([])
  })

  const fitting = (step: string): FittingTarget => ({ name: step, fits: (requirement) => requirement.step.id === step })
  test.for([
    ['an answer with its id', () => ({ act: 'submit', answers: [picked('smsValidation')] })],
    ['an answer with its target', (option) => ({ act: 'submit', answers: [picked(option.target)] })],
    ['a choice with its id', () => ({ act: 'choose', answers: [picked('smsValidation')] })],
    ['its target', (option) => ({ act: 'choose', target: option.target })],
    ['what it is', () => ({ act: 'choose', target: fitting('smsValidation') })],
    ['an act upon it', (option) => ({ act: 'open', target: option.target })],
  ] as const satisfies readonly (readonly [string, (option: AskedRequirement) => Partial<Intent> & Pick<Intent, 'act'>])[])(
    'is picked by %s',
    async ([, by]) => {
      const { engine, due, code, delivered, names } = await rig()
      const shown = await engine.handle(intent('start', { answers: [named('jdoe')] }))
      const { act, ...rest }: Partial<Intent> & Pick<Intent, 'act'> = by(optionOf(shown, 'smsValidation'))
      const open = await engine.handle(intent(act, { carried: tokenOf(shown), ...rest }))
      expect(short(open)).toEqual({ view: 'smsValidation validateCode', problem: undefined })
      await delivered()
      expect(due().map(({ message }) => [message.channel, message.to])).toEqual([['sms', '+493011122333']])
      expect(names()).toContain('chosen smsValidation')
      const proved = await engine.handle(intent('submit', { carried: tokenOf(open), answers: [typed(code())] }))
      expect(short(proved)).toEqual({ view: 'reset initial', problem: undefined })
    },
  )

  test('is picked and answered in one request where the client knows the answer', async () => {
    const { engine } = await rig({ steps: ['userQuery', { choose: ['emailValidation', 'kba'] }, 'reset'] })
    const blue = { kind: 'answers', value: { answers: { answer1: 'Blue' } } } as const
    const ended = await engine.handle(intent('start', { answers: [named('jdoe'), picked('kba'), blue, password('N3w-passw0rd')] }))
    expect(ended.view).toMatchObject({ is: 'ended', as: 'completed' })
  })

  test.for([
    ['of a step that is none of its options', picked('reset'), 'answer-invalid'],
    ['of nothing', { kind: 'choice', value: {} }, 'answer-missing'],
    ['of no text', { kind: 'choice', value: { option: 3 } }, 'answer-invalid'],
    ['by a code', typed('1'), 'out-of-turn'],
  ] as const)('refuses an answer %s, and stays', async ([, answer, problem]) => {
    const { engine } = await rig()
    const shown = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    const reply = await engine.handle(intent('submit', { carried: tokenOf(shown), answers: [answer] }))
    expect(short(reply)).toEqual({ view: 'choice choice', problem })
    expect(tokenOf(reply)).toBe(tokenOf(shown))
  })

  test('is out of turn for a target that nothing has', async () => {
    const { engine } = await rig()
    const carried = tokenOf(await engine.handle(intent('start', { answers: [named('jdoe')] })))
    for (const target of ['smsValidation', { name: 'none', fits: () => false }]) {
      expect(short(await engine.handle(intent('choose', { carried, target })))).toEqual({ view: 'choice choice', problem: 'out-of-turn' })
    }
  })

  test('may be made again: another option is opened instead, with a code of its own', async () => {
    const { engine, due, delivered } = await rig()
    const shown = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    const sms = await engine.handle(intent('choose', { carried: tokenOf(shown), target: optionOf(shown, 'smsValidation').target }))
    expect(openOf(sms).requirement.options).toBeUndefined()
    const mail = await engine.handle(intent('choose', { carried: tokenOf(sms), target: optionOf(shown, 'emailValidation').target }))
    expect(short(mail)).toEqual({ view: 'emailValidation validateCode', problem: undefined })
    await delivered()
    const [texted, mailed] = due().map((letter) => letter.code?.reveal() ?? '')
    expect(texted).not.toBe(mailed)
    const old = await engine.handle(intent('submit', { carried: tokenOf(mail), answers: [typed(texted ?? '')] }))
    expect(short(old).problem).toBe('answer-rejected code-mismatch')
    expect(short(await engine.handle(intent('submit', { carried: tokenOf(mail), answers: [typed(mailed ?? '')] }))).view).toBe(
      'reset initial',
    )
  })

  test('gives no more tries by being made again', async () => {
    const { engine } = await rig({
      steps: [
        'userQuery',
        {
          choose: [
            { type: 'emailValidation', attempts: 2 },
            { type: 'smsValidation', attempts: 2 },
          ],
        },
        'reset',
      ],
    })
    const shown = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    let carried = tokenOf(shown)
    const turns: [string, string][] = [
      ['emailValidation', 'answer-rejected code-mismatch'],
      ['smsValidation', 'answer-rejected code-mismatch'],
      ['emailValidation', 'too-many-attempts code-mismatch'],
    ]
    for (const [step, problem] of turns) {
      carried = tokenOf(await engine.handle(intent('choose', { carried, target: optionOf(shown, step).target })))
      expect(short(await engine.handle(intent('submit', { carried, answers: [typed('1')] }))).problem).toBe(problem)
    }
  })
})

describe('SEC-1 a choice for somebody who lacks what an option needs', () => {
  const everybody = ['jdoe', 'nophone', 'locked', 'nomail', 'nobody']

  /** What a reply looks like, with everything that must differ between two conversations made alike. */
  function shape({ view, problem }: Reply): unknown {
    if (view?.is !== 'open') return { view, problem }
    const { token, conversation, expiresAt, startedAt, requirement, ...rest } = view
    const alike = ({ target, to, options, ...asked }: AskedRequirement): unknown => ({
      ...asked,
      target: target.length,
      to: to === undefined ? undefined : to.includes('@') ? 'mail' : to.length,
      options: options?.map(alike),
    })
    return {
      ...rest,
      requirement: alike(requirement),
      problem,
      token: token.split('.').length,
      seconds: expiresAt - (startedAt ?? 0),
      of: conversation.length,
    }
  }

  test.for(['emailValidation', 'smsValidation'])('looks alike when it is shown, when %s is picked, and to the end', async (option) => {
    const { engine, faults } = await rig()
    const walk = async (userName: string) => {
      const shown = await engine.handle(intent('start', { answers: [named(userName)] }))
      const open = await engine.handle(intent('choose', { carried: tokenOf(shown), target: optionOf(shown, option).target }))
      const replies = [shown, open, await engine.handle(intent('resend', { carried: tokenOf(open) }))]
      for (const code of ['1', '2', '3', '4', '5']) {
        replies.push(await engine.handle(intent('submit', { carried: tokenOf(open), answers: [typed(code)] })))
      }
      return replies.map(shape).map((reply) => JSON.stringify(reply).replaceAll(/"conversation":"[^"]+"/g, ''))
    }
    const usual = await walk('jdoe')
    for (const userName of everybody) expect({ userName, replies: await walk(userName) }).toEqual({ userName, replies: usual })
    expect(faults).toEqual([])
  })

  test('the option that somebody lacks is shown all the same, and sends nothing', async () => {
    const { engine, letters, due, delivered } = await rig()
    const shown = await engine.handle(intent('start', { answers: [named('nophone')] }))
    await engine.handle(intent('choose', { carried: tokenOf(shown), target: optionOf(shown, 'smsValidation').target }))
    await delivered()
    expect(letters.map(({ is, message }) => [is, message.channel])).toEqual([['void', 'sms']])
    expect(due()).toEqual([])
  })

  test('SEC-5 the same masks tomorrow', async () => {
    const { engine } = await rig()
    const masks = async (userName: string) =>
      openOf(await engine.handle(intent('start', { answers: [named(userName)] }))).requirement.options?.map(({ to }) => to)
    for (const userName of everybody) expect(await masks(userName)).toEqual(await masks(userName))
  })
})
