import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { readSeed } from '../../../src/adapters/directory/read-seed.js'

test('reads people and questions', () => {
  const source = `
questions:
  2: { en: Which town? }
groups:
  everybody: [staff]
people:
  - userName: jdoe
    mail: jdoe@example.com
    groups: [staff]
    password: Passw0rd1
    answers:
      - { question: 2, answer: Rome }
      - { ownQuestion: My cat?, answer: Tom }
  - userName: bare
`
  expect(readSeed(source, 'people.yaml')).toEqual({
    questions: new Map([['2', { en: 'Which town?' }]]),
    people: [
      {
        userName: 'jdoe',
        mail: 'jdoe@example.com',
        groups: ['staff'],
        password: 'Passw0rd1',
        answers: [
          { question: '2', answer: 'Rome' },
          { ownQuestion: 'My cat?', answer: 'Tom' },
        ],
      },
      { userName: 'bare' },
    ],
    groups: new Map([['everybody', ['staff']]]),
  })
})

test('reads the people that ship', async () => {
  const { people, questions } = readSeed(await readFile(new URL('../../../people.yaml', import.meta.url), 'utf8'), 'people.yaml')
  expect([...questions].map(([id, texts]) => [id, Object.keys(texts)])).toEqual(['1', '2', '3', '4'].map((id) => [id, ['en', 'fr', 'de']]))
  expect(people[0]).toEqual({
    userName: 'jdoe',
    givenName: 'John',
    surname: 'Doe',
    mail: 'jdoe@example.com',
    password: 'Passw0rd1',
    groups: ['staff'],
    answers: [{ question: '1', answer: 'Blue' }],
  })
  expect(people.map((person) => person.userName)).toEqual(
    'jdoe bjensen admin hdesk mmuster mdurand llock dgone nomail newbie asmith rsmith jdoe2 cloud@example.com muster firsttime Jon.One Jane.Two'.split(
      ' ',
    ),
  )
})

test.for([
  ['no mapping', '- jdoe', '1:1 must be object'],
  ['nothing', '', '1:1 must be object'],
  ['no people', 'questions: {}', "1:1 must have required property 'people'"],
  ['a word that is none', 'people:\n  - userName: a\n    pasword: x', '3:5 there is no `pasword` here'],
  ['a word that is none at the top', 'people: []\nperson: []', '2:1 there is no `person` here'],
  ['a wrong type', 'people:\n  - userName: a\n    groups: staff', '3:13 must be array'],
  ['a number for a text', 'people:\n  - userName: a\n    password: 12345678', '3:15 must be string'],
  ['no user name', 'people:\n  - mail: a@example.com', "2:5 must have required property 'userName'"],
  [
    'a state that is none',
    'people:\n  - userName: a\n    state: gone',
    '3:12 must be equal to one of the allowed values: active, locked, disabled',
  ],
  ['bad YAML', 'people:\n  - userName: "a\n', '3:1 Missing closing "quote'],
  ['a tag', 'people:\n  - userName: !a b', '2:15 Unresolved tag: !a'],
  ['an alias of nothing', 'people: *nobody', '1:1 Unresolved alias'],
  ['a key twice', 'people: []\npeople: []', '2:1 Map keys must be unique'],
  ['a prototype', 'people:\n  - userName: a\n    __proto__: { mail: b }', '3:5 there is no `__proto__` here'],
  ['one user name twice', 'people:\n  - userName: jdoe\n  - userName: JDoe', '3:15 two people have this `userName`'],
  ['one id twice', 'people:\n  - { userName: a, id: x }\n  - { userName: b, id: x }', '3:24 two people have this `id`'],
  [
    'an unknown question',
    'people:\n  - userName: a\n    answers: [{ question: 9, answer: b }]',
    '3:27 there is no question of this id under `questions`',
  ],
  [
    'two kinds of question',
    'people:\n  - userName: a\n    answers: [{ question: 1, ownQuestion: c, answer: b }]',
    '3:15 an answer has either `question` or `ownQuestion`',
  ],
  [
    'an answer to nothing',
    'people:\n  - userName: a\n    answers: [{ answer: b }]',
    '3:15 an answer has either `question` or `ownQuestion`',
  ],
  [
    'a password and a hash of one',
    "people:\n  - userName: a\n    password: b\n    passwordHash: '$2b$12$x'",
    '4:19 somebody has either `password` or `passwordHash`',
  ],
  [
    'a hash of a form that is not read',
    "people:\n  - userName: a\n    passwordHash: '{SSHA}AAAA'",
    '3:19 this is no hash of a form that is read, or it costs more than is read',
  ],
  ['a fault below a number', 'questions:\n  1: { en: 5 }\npeople: []', '2:12 must be string'],
] as const)('refuses %s and says where', ([, source, message]) => {
  expect(() => readSeed(source, 'people.yaml')).toThrow(`people.yaml:${message}`)
})

describe('values of declared attributes', () => {
  const declared = {
    department: { type: 'string', enum: ['sales', 'support'] },
    vip: { type: 'boolean' },
    grade: { type: 'integer' },
    rooms: { type: 'array', items: { type: 'string' } },
  } as const
  const seed = (attributes: string) => `people:\n  - userName: a\n    attributes: ${attributes}`

  test('are read', () => {
    const [person] = readSeed(seed('{ department: sales, vip: true, grade: 3, rooms: [a, b] }'), 'people.yaml', declared).people
    expect(person).toEqual({ userName: 'a', attributes: { department: 'sales', vip: true, grade: 3, rooms: ['a', 'b'] } })
  })

  test.for([
    ['one that nobody declared', '{ unit: x }', '3:19 the configuration declares no attribute `unit`; declare it under `attributes` there'],
    ['a misspelt one', '{ departmnt: sales }', '3:19 the configuration declares no attribute `departmnt`; did you mean `department`?'],
    ['one of the profile', '{ mail: a@b }', '3:19 the configuration declares no attribute `mail`; declare it under `attributes` there'],
    ['a wrong type', '{ vip: yes }', '3:24 must be boolean, as `attributes.vip` of the configuration declares'],
    ['a fraction', '{ grade: 1.5 }', '3:26 must be integer, as `attributes.grade` of the configuration declares'],
    ['a list of something else', '{ rooms: [a, 1] }', '3:30 must be string, as `attributes.rooms` of the configuration declares'],
    [
      'a value that is not listed',
      '{ department: legal }',
      '3:31 must be equal to one of the allowed values: sales, support, as `attributes.department` of the configuration declares',
    ],
    ['no mapping', 'sales', '3:17 must be object'],
  ] as const)('are refused: %s', ([, attributes, message]) => {
    expect(() => readSeed(seed(attributes), 'people.yaml', declared)).toThrow(`people.yaml:${message}`)
  })
})

test('repeats no secret in a refusal', () => {
  const faulty = 'people:\n  - userName: jdoe\n    password: [Passw0rd1]\n'
  expect(() => readSeed(faulty, 'people.yaml')).toThrow(expect.not.objectContaining({ message: expect.stringContaining('Passw0rd1') }))
})
