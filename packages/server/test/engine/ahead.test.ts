import { afterEach, describe, expect, test } from 'vitest'
import type { AskedRequirement } from '@rekey/core'
import { blue, intent, named, openOf } from './acts.js'
import type { NodeSpec } from './machine-of.js'
import { closeRigs, openRig } from './rig.js'

afterEach(closeRigs)

const STEPS: readonly NodeSpec[] = ['userQuery', 'kba', { choose: ['emailValidation', 'smsValidation'] }, 'notify', 'reset']

/** A question in one line, its options in brackets. */
const line = ({ step, tag, opened, options }: AskedRequirement): string =>
  `${step.id} ${tag}${opened ? ' open' : ''}${options ? ` [${options.map(line).join(', ')}]` : ''}`

/** What a wire could show of a question, with masked addresses by their form only. */
const shape = ({ target: _own, to, options, questions, ...asked }: AskedRequirement): unknown => ({
  ...asked,
  to: to?.replaceAll(/[^*@]/g, '').includes('@') === true ? 'mail' : to?.length,
  questions,
  options: options?.map(shape),
})

describe('what lies ahead', () => {
  test('is told with the first view when it is asked for, and owes nothing', async () => {
    const { engine, letters, delivered } = await openRig({ steps: STEPS })
    const asked = await engine.handle(intent('start', { ahead: true, answers: [named('jdoe')] }))
    expect(openOf(asked).ahead?.map(line)).toEqual([
      'choice choice open [emailValidation validateCode, smsValidation validateCode]',
      'reset initial',
    ])
    await delivered()
    expect(letters).toEqual([])
  })

  test('is not told when it is not asked for', async () => {
    const { engine } = await openRig({ steps: STEPS })
    expect(openOf(await engine.handle(intent('start', { answers: [named('jdoe')] }))).ahead).toBeUndefined()
  })

  test('names each question by the target that it has when its turn comes', async () => {
    const { engine } = await openRig({ steps: STEPS })
    const asked = openOf(await engine.handle(intent('start', { ahead: true, answers: [named('jdoe')] })))
    const next = openOf(await engine.handle(intent('submit', { carried: asked.token, ahead: true, answers: [blue] })))
    const targets = (requirement: AskedRequirement | undefined) => [requirement?.target, requirement?.options?.map(({ target }) => target)]
    expect(targets(asked.ahead?.[0])).toEqual(targets(next.requirement))
    const [, sms] = next.requirement.options ?? []
    const picked = openOf(await engine.handle(intent('choose', { carried: next.token, target: sms?.target ?? '' })))
    expect(picked.requirement.target).toBe(sms?.target)
  })

  test('of a look is the same as that of the act before', async () => {
    const { engine } = await openRig({ steps: STEPS })
    const asked = await engine.handle(intent('start', { ahead: true, answers: [named('jdoe')] }))
    expect(await engine.handle(intent('look', { ahead: true, carried: openOf(asked).token }))).toEqual(asked)
  })

  test('goes as far as it is known while nobody has been named', async () => {
    const { engine, faults } = await openRig({ steps: ['parameters', 'userQuery', 'emailValidation', 'reset'] })
    const asked = await engine.handle(intent('start', { ahead: true, answers: [{ kind: 'attributes', value: {} }] }))
    expect(openOf(asked).requirement.step.id).toBe('userQuery')
    expect(openOf(asked).ahead).toEqual([])
    expect(faults).toEqual([])
  })

  test.for(['nophone', 'nomail', 'locked', 'nobody'])(
    'SEC-1 ends before a condition on the person, while nothing is proved, and so has the same shape for %s',
    async (userName) => {
      const has: readonly NodeSpec[] = [
        { type: 'totp', when: '"totp" in principal.factors' },
        { type: 'smsValidation', when: 'has(principal.phone)' },
      ]
      const { engine } = await openRig({ steps: ['userQuery', 'kba', { choose: ['emailValidation', 'smsValidation'] }, ...has, 'reset'] })
      const shapes = async (who: string) => {
        const { ahead } = openOf(await engine.handle(intent('start', { ahead: true, answers: [named(who)] })))
        return ahead?.map(shape)
      }
      expect(await shapes('jdoe')).toHaveLength(1)
      expect(await shapes(userName)).toEqual(await shapes('jdoe'))
    },
  )

  test('goes on to what conditions on the person decide once something is proved', async () => {
    const { engine } = await openRig({
      steps: ['userQuery', 'kba', 'emailValidation', { type: 'smsValidation', id: 'phone', when: 'has(principal.phone)' }, 'reset'],
    })
    const asked = openOf(await engine.handle(intent('start', { ahead: true, answers: [named('jdoe')] })))
    const proved = openOf(await engine.handle(intent('submit', { carried: asked.token, ahead: true, answers: [blue] })))
    expect(proved.ahead?.map(line)).toEqual(['phone validateCode', 'reset initial'])
  })

  test.for(['nophone', 'nomail', 'locked', 'nobody'])('SEC-1 has the same shape for %s', async (userName) => {
    const { engine } = await openRig({ steps: STEPS })
    const shapes = async (who: string) => {
      const { requirement, ahead } = openOf(await engine.handle(intent('start', { ahead: true, answers: [named(who)] })))
      return [requirement, ...(ahead ?? [])].map(shape)
    }
    expect(await shapes(userName)).toEqual(await shapes('jdoe'))
  })
})
