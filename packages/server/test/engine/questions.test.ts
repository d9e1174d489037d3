import { afterEach, describe, expect, test } from 'vitest'
import { Secret, type Reply } from '@rekey/core'
import { answered, blue, intent, named, openOf, short, tokenOf } from './acts.js'
import { closeRigs, openRig, type RigOptions } from './rig.js'

afterEach(closeRigs)

const COLOUR = { en: "What's your favorite color?" }
const QUESTIONS = new Map([1, 2, 3, 4, 5, 6].map((number) => [String(number), number === 1 ? COLOUR : { en: `Question ${number}?` }]))
const asking = (ask: number, rest: RigOptions = {}) =>
  openRig({ questions: QUESTIONS, steps: ['userQuery', { type: 'kba', settings: { ask } }, 'reset'], ...rest })

const shownIn = (reply: Reply) => openOf(reply).requirement.questions ?? []

describe('security questions', () => {
  test('SEC-1 SEC-70 of somebody who has answered too few look like those of nobody, to the end', async () => {
    const { engine } = await asking(2)
    const walk = async (userName: string) => {
      const asked = await engine.handle(intent('start', { answers: [named(userName)] }))
      const replies: unknown[] = [shownIn(asked).map(({ key, text }) => [key, Object.keys(text)])]
      for (const answers of [answered('Blue', 'Blue'), answered('Blue'), answered('Blue', 'x')]) {
        replies.push(short(await engine.handle(intent('submit', { carried: tokenOf(asked), answers: [answers] }))))
      }
      return replies
    }
    const end = { view: 'ended', problem: 'too-many-attempts answers-mismatch' }
    const refused = { view: 'kba initial', problem: 'answer-rejected answers-mismatch' }
    const expected = [
      [
        ['answer1', ['en']],
        ['answer2', ['en']],
      ],
      refused,
      refused,
      end,
    ]
    expect(await walk('jdoe')).toEqual(expected)
    expect(await walk('nobody')).toEqual(expected)
  })

  test('SEC-5 of somebody are the same each time, as are those of nobody', async () => {
    const { engine } = await asking(2)
    const ids = async (userName: string) =>
      shownIn(await engine.handle(intent('start', { answers: [named(userName)] }))).map(({ id }) => id)
    for (const userName of ['jdoe', 'nobody']) expect(await ids(userName)).toEqual(await ids(userName))
  })

  test('of one’s own are not asked, unless the flow says so', async () => {
    const people = [
      {
        id: 'p-own',
        userName: 'own',
        answers: [
          { ownQuestion: 'Who was my first teacher?', answer: 'Ms Grey' },
          { question: '1', answer: 'Blue' },
        ],
      },
    ]
    const { engine } = await asking(1, { people })
    const asked = await engine.handle(intent('start', { answers: [named('own')] }))
    expect(shownIn(asked)).toEqual([{ key: 'answer1', id: '1', text: COLOUR }])
    const both = await asking(2, { people, steps: ['userQuery', { type: 'kba', settings: { ask: 2, own: true } }, 'reset'] })
    const shown = shownIn(await both.engine.handle(intent('start', { answers: [named('own')] })))
    expect(shown.map(({ text }) => text).toSorted((a, b) => Object.keys(a).length - Object.keys(b).length)).toEqual(
      expect.arrayContaining([{ '': 'Who was my first teacher?' }, COLOUR]),
    )
  })

  test('are judged as they were shown, whatever was answered meanwhile', async () => {
    const { engine, admin } = await asking(1)
    const asked = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    await admin.addQuestions('p-jdoe', ['2', '3', '4', '5', '6'])
    const reply = await engine.handle(intent('submit', { carried: tokenOf(asked), answers: [blue] }))
    expect(short(reply)).toEqual({ view: 'reset initial', problem: undefined })
  })

  test('are judged as they were shown after the password has changed elsewhere', async () => {
    const { engine, people } = await asking(1)
    const asked = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    const { credentialVersion = '' } = (await people.read('p-jdoe')) ?? {}
    await people.setPassword({
      id: 'p-jdoe',
      secret: new Secret('N3w-passw0rd'),
      expect: credentialVersion,
      act: 'x',
      deadline: Number.MAX_SAFE_INTEGER,
    })
    const reply = await engine.handle(intent('submit', { carried: tokenOf(asked), answers: [blue] }))
    expect(short(reply).view).toBe('reset initial')
  })
})
