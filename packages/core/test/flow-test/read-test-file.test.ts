import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SourceFile } from '../../src/index.js'
import { readTestFile } from '../../src/flow-test/index.js'

function faults(text: string): readonly string[] {
  const file = new SourceFile('x.test.yaml', text)
  return readTestFile(file).diagnostics.map(({ code, message, help, span }) => {
    const { line, column } = file.positionAt(span.start)
    return `${line}:${column} ${code}: ${message}${help === undefined ? '' : ` (${help})`}`
  })
}

/** A file with one case whose only act, or whose expectation, is this. */
const act = (text: string) => faults(`test: reset\npeople: [{ userName: ada }]\ncases:\n  - name: x\n    acts:\n      - ${text}\n`)
const expectation = (text: string) =>
  faults(`test: reset\npeople: [{ userName: ada }]\ncases:\n  - name: x\n    acts: []\n    expect: ${text}\n`)

test('a whole file is read without a fault', () => {
  const file = new SourceFile(
    'x.test.yaml',
    `test: [one, two]
on: forgerock
questions: { town: { en: Which town?, de: Welche Stadt? } }
secrets: { SHARED: token }
people:
  - { userName: ada, answers: [{ question: pet, answer: Rex }, { ownQuestion: Why?, answer: so }], attributes: { vip: true } }
cases:
  - name: x
    on: airlock
    validators: { default: refuses }
    acts:
      - start: { signedIn: ada, scopes: [admin], languages: de, address: 192.0.2.9, body: '{}', answers: [ada, { code: $code }] }
      - resend
      - answer: x
        times: 3
        refused: no
`,
  )
  const { test: read, diagnostics } = readTestFile(file)
  expect(diagnostics).toEqual([])
  expect(read).toMatchObject({
    flows: [{ text: 'one' }, { text: 'two' }],
    people: [{ id: 'ada', userName: 'ada', attributes: { vip: true } }],
    cases: [
      {
        name: 'x',
        on: { text: 'airlock' },
        acts: [
          {
            doing: {
              does: 'start',
              caller: { signedIn: { text: 'ada' }, scopes: ['admin'], languages: ['de'] },
              answers: ['ada', { code: '$code' }],
            },
          },
          { doing: { does: 'resend' }, times: 1 },
          { doing: { does: 'answer', value: 'x' }, times: 3, expect: { refused: { value: 'no' } } },
        ],
      },
    ],
  })
  expect(read && [...read.questions]).toEqual([
    ['pet', { en: 'pet' }],
    ['town', { en: 'Which town?', de: 'Welche Stadt?' }],
  ])
  expect(read?.cases[0]?.validators.get('default')).toBe(false)
})

test.for([
  ['no mapping', '- a\n', ['1:1 test-value: a file of tests is a mapping with `test`, `people` and `cases`, not a list']],
  [
    'nothing that is tested',
    'people: []\n',
    ['1:1 test-missing-key: a file of tests names no `test`', '1:1 test-missing-key: a file of tests names no `cases`'],
  ],
  ['an unknown key', 'test: a\ncase: []\n', ['2:1 test-unknown-key: a file of tests has no key `case` (did you mean `cases`?)']],
  ['a person without a name', 'test: a\ncases: []\npeople: [{ mail: a@b.c }]\n', ['3:12 test-missing-key: a person has no `userName`']],
  [
    'half an answer',
    'test: a\ncases: []\npeople: [{ userName: a, answers: [{ question: q }] }]\n',
    ['3:37 test-missing-key: an answer has a `question`, or an `ownQuestion`, and an `answer`'],
  ],
] as const)('a file with %s is reported', ([, text, expected]) => {
  expect(faults(text)).toEqual(expected)
})

test.for([
  ['strat', ['6:9 test-value: there is no act `strat` (did you mean `start`?)']],
  ['wait', ['6:9 test-value: `wait` says too little (write `wait:` and what it takes)']],
  [
    '{ asks: code }',
    [
      '6:11 test-missing-key: an item of `acts` does nothing (an act is one of start, answer, choose, become, wait, edit, resend, open, poll, look, describe, follow, approve, deny, cancel, again)',
    ],
  ],
  ['{ start: , answer: x }', ['6:20 test-value: two acts in one item (begin a new item with `- `)']],
  [
    '{ start: , asks: cod }',
    [
      '6:26 test-value: `asks` is `identifier`, `code`, `answers`, `password`, `newPassword`, `approval`, `choice`, `consent`, `attributes` or `captcha`, not `cod` (did you mean `code`?)',
    ],
  ],
  ['{ start: { signedIn: ad } }', ['6:30 test-unknown-person: nobody among `people` is called `ad` (did you mean `ada`?)']],
  ['{ wait: 11 minutes }', ['6:17 test-value: `wait` is a duration such as `30s`, `15m` or `2h`, not `11 minutes` (write `11m`)']],
  ['{ poll: 3 }', ['6:17 test-value: `poll` is an act that takes nothing, not a number']],
  ['{ start: , unchanged: false }', ['6:31 test-value: `unchanged` is `true`, or is left out']],
  ['{ start: , times: 0 }', ['6:27 test-value: `times` is a whole number from 1 to 1000']],
  ['{ edit: { ada: { stat: locked } } }', ['6:26 test-unknown-key: an edit has no key `stat` (did you mean `state`?)']],
] as const)('the act %s is reported', ([text, expected]) => {
  expect(act(text)).toEqual(expected)
})

test.for([
  ['{ message: nothing }', ['6:15 test-unknown-key: `expect` has no key `message` (did you mean `messages`?)']],
  ['{ directory: { eve: unchanged } }', ['6:28 test-unknown-person: nobody among `people` is called `eve`']],
  ['{ directory: { ada: { pasword: x } } }', ['6:35 test-unknown-key: a person has no key `pasword` (did you mean `password`?)']],
  ['{ messages: [{ tmplate: x }] }', ['6:28 test-unknown-key: a message has no key `tmplate` (did you mean `template`?)']],
  ['{ audit: changed }', ['6:22 test-value: `audit` is a list of events such as `passed emailValidation`, not text (write `[changed]`)']],
] as const)('the expectation %s is reported', ([text, expected]) => {
  expect(expectation(text)).toEqual(expected)
})

test('faults of YAML keep their own codes and pages', () => {
  const { diagnostics, test: read } = readTestFile(new SourceFile('x.test.yaml', 'test: a\n\tcases: []\n'))
  expect(diagnostics.map(({ code, page }) => [code, page])).toEqual([['yaml-tab', undefined]])
  expect(read).toBeUndefined()
})

test('no text makes the reader throw', () => {
  const words = fc.constantFrom(
    'test',
    'cases',
    'acts',
    'start',
    'asks',
    'people',
    'expect',
    '- ',
    ': ',
    '\n  ',
    '\n',
    '{',
    '}',
    '[',
    ']',
    'x',
    '$code',
    '3',
    'null',
  )
  fc.assert(
    fc.property(fc.array(words, { maxLength: 40 }), (parts) => {
      const { test: read, diagnostics } = readTestFile(new SourceFile('x.test.yaml', parts.join('')))
      expect(read !== undefined || diagnostics.length > 0 || parts.join('').trim() === '').toBe(true)
    }),
    { numRuns: 400 },
  )
})
