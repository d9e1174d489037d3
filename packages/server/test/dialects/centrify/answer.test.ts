import { expect, test } from 'vitest'
import type { AnswerRead, AskedRequirement, Json } from '@rekey/core'
import { openAnswer, userAnswer } from '../../../src/dialects/centrify/answer.js'
import { asks, mail } from './wire.js'

const question = (key: string) => ({ key, id: key, text: { en: key } })
const one = asks('answers', { questions: [question('answer1')], answer: { answers: { type: 'object' } }, required: ['answers'] })
const two = { ...one, questions: [question('answer1'), question('answer2')] }
const found = asks('identifier', { answer: { filter: { type: 'object' } }, required: ['filter'] })
const plain = asks('identifier', { answer: { name: { type: 'string' } }, required: ['name'] })

function drawn(answer: ReturnType<typeof openAnswer>, requirement: AskedRequirement): AnswerRead {
  if (answer.kind !== 'open') throw new Error('the kind is left open')
  return answer.read(requirement)
}

const value = (of: object) => ({ is: 'value', value: of })
const fault = (code: string, at: string) => ({ is: 'fault', problem: { code, at } })

test.for<readonly [string, AskedRequirement, Json | undefined, object]>([
  ['a password', asks('password'), 'Passw0rd1', value({ password: 'Passw0rd1' })],
  ['a code', mail, '123456', value({ code: '123456' })],
  ['an empty code, which the step judges', mail, '', value({ code: '' })],
  ['a code that is a number', mail, 123_456, fault('answer-invalid', '/code')],
  ['a code in a list', mail, ['123456'], fault('answer-invalid', '/code')],
  ['a code in an object', mail, { code: '123456' }, fault('answer-invalid', '/code')],
  ['no code', mail, undefined, fault('answer-missing', '/code')],
  ['a code that is null', mail, null, fault('answer-missing', '/code')],
  ['one question by a text', one, 'Blue', value({ answers: { answer1: 'Blue' } })],
  ['one question by an object', one, { answer1: 'Blue' }, value({ answers: { answer1: 'Blue' } })],
  [
    'two questions by an object',
    two,
    { answer1: 'Blue', answer2: 'Rome', other: 'x' },
    value({ answers: { answer1: 'Blue', answer2: 'Rome' } }),
  ],
  ['two questions by one text', two, 'Blue', value({ answers: { answer1: 'Blue' } })],
  ['a question by a number', one, { answer1: 1 }, fault('answer-invalid', '/answers/answer1')],
  ['questions by a list', two, ['Blue'], fault('answer-invalid', '/answers')],
])('reads %s', ([, requirement, given, read]) => {
  expect(drawn(openAnswer(given), requirement)).toEqual(read)
})

test.for<readonly [string, AskedRequirement, object]>([
  [
    'a search',
    found,
    value({
      filter: {
        is: 'or',
        of: [
          { is: 'equals', field: 'userName', value: 'jdoe@example.com' },
          { is: 'equals', field: 'mail', value: 'jdoe@example.com' },
        ],
      },
    }),
  ],
  ['a step that takes the text', plain, value({ name: 'jdoe@example.com' })],
  ['a step that asks for something else', asks('password'), fault('answer-invalid', '')],
])('a user is given to %s', ([, requirement, read]) => {
  expect(drawn(userAnswer('jdoe@example.com'), requirement)).toEqual(read)
})
