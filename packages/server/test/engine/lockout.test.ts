import { afterEach, describe, expect, test } from 'vitest'
import { DEFAULT_IN_ROW, type InRow, type Rate } from '@rekey/core'
import { blue, intent, named, outputOf, short } from './acts.js'
import { WIDE_LIMITS } from './machine-of.js'
import { closeRigs, openRig, type Rig } from './rig.js'

afterEach(closeRigs)

const DAY = 86_400
const OFTEN: Rate = { count: 100_000, seconds: 3600 }
const wrong = (answer: number) => ({ kind: 'answers', value: { answers: { answer1: `red ${answer}` } } }) as const

const limited = (inRow: InRow = DEFAULT_IN_ROW, principal = OFTEN) => ({ limits: { ...WIDE_LIMITS, failures: { principal, inRow } } })
const byQuestions = (machine = limited()) => openRig({ steps: ['userQuery', 'kba', 'reset'], machine })

const oldPassword = { kind: 'password', value: { password: 'Passw0rd1' } } as const

let guesses = 0
const guess = ({ engine }: Pick<Rig, 'engine'>, who = 'jdoe') =>
  engine.handle(intent('start', { answers: [named(who), wrong((guesses += 1))] }))
const know = ({ engine }: Pick<Rig, 'engine'>, who = 'jdoe') => engine.handle(intent('start', { answers: [named(who), blue] }))

const REFUSED = { view: 'kba initial', problem: 'answer-rejected answers-mismatch' }
const PASSED = { view: 'reset initial', problem: undefined }
/** Tries that were not judged. */
const limitedIn = ({ events }: Pick<Rig, 'events'>, from = 0) => events.slice(from).filter(({ event }) => event === 'limited')

describe('failures in a row', () => {
  test('make the person wait: longer each time, silently, and only for that kind of proof', async () => {
    const rig = await byQuestions()
    for (let failures = 0; failures < 10; failures++) await guess(rig)
    expect(limitedIn(rig)).toEqual([])
    expect(short(await know(rig))).toEqual(REFUSED)
    expect(limitedIn(rig)).toMatchObject([{ step: 'kba', reason: 'failures-in-row' }])

    // One minute, and after the next failure two.
    await rig.advance(30)
    expect(short(await know(rig))).toEqual(REFUSED)
    await rig.advance(31)
    expect(short(await guess(rig))).toEqual(REFUSED)
    await rig.advance(60)
    expect(short(await know(rig))).toEqual(REFUSED)
    await rig.advance(61)
    expect(short(await know(rig))).toEqual(PASSED)
  })

  test('begin anew after a success, which one that nobody judged is not', async () => {
    const rig = await byQuestions(limited({ ...DEFAULT_IN_ROW, free: 3 }))
    for (let round = 0; round < 3; round++) {
      await guess(rig)
      await guess(rig)
      expect(short(await know(rig))).toEqual(PASSED)
    }
    for (let failures = 0; failures < 3; failures++) await guess(rig)
    const before = rig.events.length
    for (let tries = 0; tries < 5; tries++) expect(short(await know(rig))).toEqual(REFUSED)
    expect(limitedIn(rig, before)).toHaveLength(5)
    await rig.advance(61)
    expect(short(await guess(rig))).toEqual(REFUSED)
    expect(short(await know(rig))).toEqual(REFUSED)
  })

  test('SEC-28 are no more than 100 in a year of guessing whenever a guess is judged', async () => {
    const rig = await byQuestions()
    let judged = 0
    const attack = async () => {
      const before = rig.events.length
      await guess(rig)
      const isJudged = limitedIn(rig, before).length === 0
      if (isJudged) judged += 1
      return isJudged
    }
    for (let day = 0; day < 365; day++) {
      while (await attack());
      await rig.advance(DAY)
    }
    expect(judged).toBe(100)
    expect(short(await know(rig))).toEqual(REFUSED)
  })

  test('SEC-28 of a slow attacker are no more than 100 in a year either', async () => {
    const rig = await byQuestions()
    for (let day = 0; day < 365; day += 3) {
      await guess(rig)
      await rig.advance(3 * DAY)
    }
    expect(limitedIn(rig)).toHaveLength(Math.ceil(365 / 3) - 100)
  })

  test('SEC-20 64 wrong answers at once, then the right one: it is refused', async () => {
    const rig = await byQuestions()
    await Promise.all(Array.from({ length: 64 }, () => guess(rig)))
    expect(limitedIn(rig)).toHaveLength(54)
    expect(short(await know(rig))).toEqual(REFUSED)
  })

  test('SEC-3 are the same for somebody who does not exist, and the owner is told once', async () => {
    const rig = await byQuestions()
    const told = async (who: string) => {
      const before = rig.events.length
      const replies = []
      for (let tries = 0; tries < 13; tries++) replies.push(short(await guess(rig, who)))
      return { replies, limited: limitedIn(rig, before).map(({ step, reason }) => [step, reason]) }
    }
    const known = await told('jdoe')
    expect(known.limited).toHaveLength(3)
    expect(await told('nobody')).toEqual(known)
    await rig.delivered()
    const notices = rig.letters.filter(({ message }) => message.template === 'attempts-notice')
    expect(notices.map(({ is }) => is)).toEqual(['due', 'void'])
  })

  test('SEC-26 are counted over processes, and one that begins anew has forgotten nothing', async () => {
    const machine = limited()
    const options = { steps: ['userQuery', 'kba', 'reset'], machine }
    const rig = await openRig(options)
    for (let process = 0; process < 5; process++) {
      const other = await rig.beside(options)
      await guess(other)
      await guess(other)
      await other.stop()
    }
    expect(short(await know(rig))).toEqual(REFUSED)
  })

  test('SEC-31 at a reset leave the log-in open, and touch no account', async () => {
    const machine = limited()
    const rig = await openRig({
      flows: [
        { id: 'reset', steps: ['userQuery', 'kba', 'reset'], machine },
        { id: 'login', steps: ['userQuery', 'currentPassword', 'issueSession'], machine },
      ],
    })
    const before = await rig.directory.read('p-jdoe')
    for (let tries = 0; tries < 200; tries++) await guess(rig)
    expect(limitedIn(rig)).toHaveLength(190)
    const signedIn = await rig.engine.handle(intent('start', { flow: 'login', answers: [named('jdoe'), oldPassword] }))
    expect(outputOf(signedIn, 'sessionToken')).not.toBe('')
    expect(await rig.directory.read('p-jdoe')).toEqual(before)
  })
})
