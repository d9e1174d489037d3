import { Secret, type CaptchaResponse } from '@rekey/core'
import { memoryStore } from '@rekey/core/memory'
import { expect, test } from 'vitest'
import { captcha } from '../src/captcha.js'
import { runStep } from './run-step.js'

/** A provider that takes what begins with `good` for a human's, and a store of what was used. */
function deps(verify = async ({ response }: CaptchaResponse) => (response.reveal().startsWith('good') ? 'human' : 'robot')) {
  const asked: CaptchaResponse[] = []
  return {
    asked,
    deps: {
      captcha: {
        widget: (provider: string) => ({ vendor: 'turnstile', siteKey: `site of ${provider}` }),
        verify: (response: CaptchaResponse) => (asked.push(response), verify(response)),
      },
      once: memoryStore().once,
    },
  }
}

const answer = (response: string) => ({ response: new Secret(response) })
const REFUSED = { is: 'rejected', reason: 'captcha-refused', at: '/response' }
const DONE = { is: 'done', owes: [] }

test.for([
  ['by default', {}, { vendor: 'turnstile', siteKey: 'site of default' }],
  ['of another provider', { provider: 'other' }, { vendor: 'turnstile', siteKey: 'site of other' }],
  ['with an action', { action: 'reset' }, { vendor: 'turnstile', siteKey: 'site of default', action: 'reset' }],
] as const)('asks with all that a page needs, %s', async ([, settings, challenge]) => {
  expect(await runStep(captcha, { ...deps(), settings }).prepare()).toEqual({
    is: 'ask',
    owes: [],
    requirement: { tag: 'initial', captcha: challenge },
  })
})

test('asks the provider of its settings about the action of its settings', async () => {
  const { asked, ...given } = deps()
  expect(await runStep(captcha, { ...given, settings: { provider: 'other', action: 'reset' } }).submit(answer('good'))).toEqual(DONE)
  expect(asked).toEqual([{ provider: 'other', action: 'reset', response: new Secret('good') }])
})

test('a robot is refused, as often as it comes', async () => {
  const step = runStep(captcha, deps())
  expect(await step.submit(answer('bad'))).toEqual(REFUSED)
  expect(await step.submit(answer('bad'))).toEqual(REFUSED)
})

test('a response is good once, even if the provider takes it again (SEC-18)', async () => {
  const step = runStep(captcha, deps())
  const verdicts = await Promise.all(Array.from({ length: 64 }, () => step.submit(answer('good'))))
  expect(verdicts.filter((verdict) => verdict?.is === 'done')).toHaveLength(1)
  expect(verdicts.filter((verdict) => verdict?.is === 'rejected')).toEqual(Array.from({ length: 63 }, () => REFUSED))
  expect(await step.submit(answer('good-2'))).toEqual(DONE)
})

test('without a verdict of the provider there is none of the step, and the response is not used up (SEC-79)', async () => {
  let isAway = true
  const step = runStep(
    captcha,
    deps(async () => {
      if (isAway) throw new Error('away')
      return 'human'
    }),
  )
  await expect(step.submit(answer('good'))).rejects.toThrow('away')
  isAway = false
  expect(await step.submit(answer('good'))).toEqual(DONE)
})

test('proves nothing, changes nothing and needs nobody: it may stand before anybody is named', () => {
  const { proves, changes, needs, names, takes } = captcha
  expect({ proves, changes, needs, names, takes }).toEqual({})
})
