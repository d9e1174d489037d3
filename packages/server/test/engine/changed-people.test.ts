import { afterEach, describe, expect, test } from 'vitest'
import { Secret, type Carried } from '@rekey/core'
import { intent, named, openOf, password, short, typed } from './acts.js'
import { closeRigs, openRig, type RigOptions } from './rig.js'

afterEach(closeRigs)

/** A conversation whose code was mailed to the address that the directory then held. */
async function mailed(userName = 'jdoe', options: RigOptions = {}) {
  const rig = await openRig({ ways: { handles: ['session'] }, ...options })
  const asked = await rig.engine.handle(intent('start', { answers: [named(userName)] }))
  await rig.delivered()
  const { handles, requirement } = openOf(asked)
  const carried: Carried = { is: 'handle', handle: handles['session'] ?? '', purpose: 'session' }
  const submit = async (code: string) => short(await rig.engine.handle(intent('submit', { carried, answers: [typed(code)] })))
  return {
    ...rig,
    first: rig.code(),
    submit,
    asked,
    resend: () => rig.engine.handle(intent('resend', { carried })),
    setPassword: async (text: string) => short(await rig.engine.handle(intent('submit', { carried, answers: [password(text)] }))),
    poll: async () => short(await rig.engine.handle(intent('poll', { carried, target: requirement.target }))),
    approve: async () =>
      short(await rig.engine.handle(intent('approve', { flow: '', carried: { is: 'approval', token: rig.approval() } }))),
  }
}

const REFUSED = { view: 'emailValidation validateCode', problem: 'answer-rejected code-mismatch' }

describe('SEC-23 an address that changes in mid-flow', () => {
  test('takes the code to the old one with it', async () => {
    const { admin, submit, first } = await mailed()
    await admin.setMail('p-jdoe', 'thief@example.com')
    expect(await submit(first)).toEqual(REFUSED)
  })

  test('takes the link to the old one with it', async () => {
    const { admin, approve, poll } = await mailed()
    await admin.setMail('p-jdoe', 'thief@example.com')
    expect((await approve()).problem).toBe('answer-rejected')
    expect(await poll()).toEqual({ view: REFUSED.view, problem: undefined })
  })

  test('takes an approval with it that was not yet polled for', async () => {
    const { admin, approve, poll } = await mailed()
    expect((await approve()).problem).toBeUndefined()
    await admin.setMail('p-jdoe', 'thief@example.com')
    expect(await poll()).toEqual(REFUSED)
    expect(await poll()).toEqual({ view: REFUSED.view, problem: undefined })
  })

  test('SEC-9 SEC-10 gets a code of its own by a resend, in a new round; the old one is no good', async () => {
    const { admin, resend, due, delivered, submit, first, code } = await mailed()
    await admin.setMail('p-jdoe', 'john@example.org')
    expect(openOf(await resend()).requirement.tag).toBe('validateCode')
    await delivered()
    expect(due().map(({ message }) => message.to)).toEqual(['jdoe@example.com', 'john@example.org'])
    expect(code()).not.toBe(first)
    expect(await submit(first)).toEqual(REFUSED)
    expect(await submit(code())).toEqual({ view: 'reset initial', problem: undefined })
  })

  test('after the proof keeps the password as it was', async () => {
    const { admin, submit, first, setPassword, people, events } = await mailed()
    await submit(first)
    await admin.setMail('p-jdoe', 'thief@example.com')
    expect(await setPassword('N3w-passw0rd')).toEqual({ view: 'ended', problem: 'step-failed unearned-change' })
    expect(await people.verifyPassword('p-jdoe', new Secret('Passw0rd1'))).toBe(true)
    expect(events.filter(({ event }) => event === 'unearned-change')).toMatchObject([{ alarm: true, step: 'reset' }])
  })

  test.for(['submit', 'resend'] as const)('to none at all is seen by nobody, on %s', async (act) => {
    const walk = async (vanish: boolean) => {
      const { admin, submit, resend, faults, letters, delivered } = await mailed()
      if (vanish) await admin.setMail('p-jdoe', null)
      const replies = act === 'submit' ? [] : [short(await resend())]
      for (const code of ['1', '2', '3', '4', '5']) replies.push(await submit(code))
      await delivered()
      return { replies, faults, letters: letters.length }
    }
    expect(await walk(true)).toEqual(await walk(false))
  })

  test('to none at all lets nobody through, not even by the right code', async () => {
    const { admin, submit, first, due } = await mailed()
    await admin.setMail('p-jdoe', null)
    expect(await submit(first)).toEqual(REFUSED)
    await admin.setMail('p-jdoe', 'jdoe@example.com')
    expect(await submit(first)).toEqual(REFUSED)
    expect(due()).toHaveLength(1)
  })
})

describe('somebody who is removed in mid-flow', () => {
  test.for([
    ['jdoe', 'p-jdoe'],
    ['mailed@example.com', 'p-mailed'],
  ] as const)('%s gets no mail by a resend, and sees nothing of it', async ([userName, id]) => {
    const people = [{ id: 'p-mailed', userName: 'mailed@example.com', mail: 'mailed@example.com' }]
    const { admin, resend, letters, delivered, asked, submit, first, faults } = await mailed(userName, { people })
    await admin.remove(id)
    const again = await resend()
    expect({ ...short(again), token: openOf(again).token }).toEqual({ ...short(asked), token: openOf(asked).token })
    await delivered()
    expect(letters.map(({ is }) => is)).toEqual(['due', 'void'])
    expect(await submit(first)).toEqual(REFUSED)
    expect(faults).toEqual([])
  })
})

describe('somebody who is disabled in mid-flow', () => {
  test.for(['disabled', 'locked'] as const)('%s before the proof is refused like a wrong code', async (state) => {
    const { admin, submit, first } = await mailed()
    await admin.setState('p-jdoe', state)
    expect(await submit(first)).toEqual(REFUSED)
    await admin.setState('p-jdoe', 'active')
    expect(await submit(first)).toEqual(REFUSED)
  })

  test.for(['disabled', 'locked'] as const)('%s after the proof cannot change the password, and is told of a bad one', async (state) => {
    const { admin, submit, first, setPassword, people } = await mailed()
    await submit(first)
    await admin.setState('p-jdoe', state)
    expect(await setPassword('N3w-passw0rd')).toEqual({ view: 'reset initial', problem: 'answer-rejected policy' })
    expect(await people.verifyPassword('p-jdoe', new Secret('Passw0rd1'))).toBe(true)
  })
})
