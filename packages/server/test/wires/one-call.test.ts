import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { house, type House } from './house.js'
import { CHANGERS, generate, generatedIn, PERSON } from './one-call.js'
import { storyOf } from './story.js'

let at: House
beforeAll(async () => {
  at = await house()
})
afterAll(() => at.close())

const SIGNED_IN = ['named signedIn', 'opened currentPassword']
const PROVEN = [...SIGNED_IN, 'passed currentPassword', 'opened reset']

describe.each(CHANGERS)('SEC-64 a password changed in one call over $name', ({ name, signedIn, isDone }) => {
  const fresh = `Fresh-passw0rd-${name}`
  /** Where this wire begins: the one before it left its own password behind. */
  let present = 'Passw0rd1'
  beforeAll(async () => {
    const before = CHANGERS[CHANGERS.findIndex((one) => one.name === name) - 1]
    present = before ? `Fresh-passw0rd-${before.name}` : present
  })

  test.for<readonly [what: string, old: (present: string) => string, next: string, done: boolean, steps: readonly string[]]>([
    ['with a wrong old one', () => 'not-the-0ld-one', fresh, false, [...SIGNED_IN, 'refused currentPassword password-mismatch']],
    ['for a weak one', (old) => old, 'short', false, [...PROVEN, 'refused reset policy']],
    ['for a good one', (old) => old, fresh, true, [...PROVEN, 'passed reset', 'changed reset', 'ended reset completed']],
  ])('%s', async ([, old, next, done, steps]) => {
    const change = await signedIn(at, present)
    const from = at.events.length
    expect(isDone(await at.send(change(old(present), next)))).toBe(done)
    if (done) await at.dispatched(from, 1)
    const story = storyOf(at.events, from)
    expect(story).toEqual({ steps, messages: done ? ['sent password-changed'] : [] })
    expect(await at.passwordIs(PERSON, done ? fresh : present)).toBe(true)
  })
})

const GENERATED = ['passed trustedCaller', 'named userQuery', 'passed generatePassword', 'changed generatePassword']

describe('SEC-76 a password generated over bright-pattern', () => {
  test.for<readonly [what: string, user: string, done: boolean, steps: readonly string[]]>([
    ['somebody', 'Jon.One', true, [...GENERATED, 'ended generatePassword completed']],
    ['somebody, by the name in a domain', 'mydomain\\Jon.One', true, [...GENERATED, 'ended generatePassword completed']],
    ['nobody', 'No.Body', false, ['passed trustedCaller', 'named userQuery no-match', 'ended generatePassword refused']],
    ['somebody locked', 'llock', false, ['passed trustedCaller', 'named userQuery state-locked', 'ended generatePassword refused']],
  ])('for %s', async ([, user, done, steps]) => {
    const from = at.events.length
    const answer = await at.send(generate(user))
    expect([answer.status, generatedIn(answer) !== '']).toEqual([200, done])
    if (done) {
      await at.dispatched(from, 1)
      expect(await at.passwordIs('Jon.One', generatedIn(answer))).toBe(true)
    }
    expect(storyOf(at.events, from)).toEqual({ steps, messages: done ? ['sent password-changed'] : [] })
  })

  test('with a wrong token is about nobody', async () => {
    const from = at.events.length
    expect((await at.send(generate('Jon.One', 'guessed'))).status).toBe(404)
    expect(at.events.slice(from).map(({ event, reason }) => [event, reason])).toEqual([
      ['started', undefined],
      ['ended', 'caller-refused'],
    ])
  })
})
