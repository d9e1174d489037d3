import { expect, test } from 'vitest'
import { nearName, printGithub, printJson, printText, quote, SourceFile, type Diagnostic } from '../../src/index.js'
import { editDistance } from '../../src/diagnostics/near-name.js'

const file = new SourceFile('flows/reset.yaml', 'flow: reset\nsteps:\n  - userQery\n')
const diagnostic: Diagnostic = {
  code: 'unknown-step',
  severity: 'error',
  message: 'there is no step type `userQery`',
  file,
  span: { start: 23, end: 31 },
  label: 'not registered',
  help: 'did you mean `userQuery`?',
  related: [{ file, span: { start: 0, end: 4 }, message: 'the flow' }],
}

test('text shows the place, the lines around it, and what to do', () => {
  expect(printText([diagnostic])).toBe(
    [
      'flows/reset.yaml:3:5 error[unknown-step]: there is no step type `userQery`',
      '  |',
      '2 | steps:',
      '3 |   - userQery',
      '  |     ^^^^^^^^ not registered',
      '  = see: flows/reset.yaml:1:1: the flow',
      '  = help: did you mean `userQuery`?',
      '  = docs: docs/diagnostics/unknown-step.md',
      '',
    ].join('\n'),
  )
})

const fix = { title: 'write `userQuery`', edits: [{ span: { start: 23, end: 31 }, text: 'userQuery' }] }

test('a repair is named in one line, and told to programs with its edits', () => {
  expect(
    printText([{ ...diagnostic, fix }])
      .split('\n')
      .at(-3),
  ).toBe('  = fix: `rekey check --fix` will write `userQuery`')
  expect(JSON.parse(printJson([{ ...diagnostic, fix }]))).toMatchObject([
    {
      fix: {
        title: 'write `userQuery`',
        edits: [{ start: { offset: 23, line: 3, column: 5 }, end: { offset: 31, line: 3, column: 13 }, text: 'userQuery' }],
      },
    },
  ])
})

test('GitHub gets one line for each, with what divides it escaped', () => {
  const odd = new SourceFile('a:b,c%.yaml', 'one\ntwo\n')
  const wide = { ...diagnostic, file: odd, span: { start: 1, end: 5 }, message: '50% of\r\n::error::it', help: 'a, b: c' }
  expect(printGithub([{ ...diagnostic, severity: 'warning' }, wide])).toBe(
    [
      '::warning file=flows/reset.yaml,line=3,endLine=3,col=5,endColumn=13,title=unknown-step::there is no step type `userQery`%0Ahelp: did you mean `userQuery`?%0Adocs: docs/diagnostics/unknown-step.md',
      '::error file=a%3Ab%2Cc%25.yaml,line=1,endLine=2,title=unknown-step::50%25 of\\u{d}\\u{a}::error::it%0Ahelp: a, b: c%0Adocs: docs/diagnostics/unknown-step.md',
      '',
    ].join('\n'),
  )
  expect(printGithub([])).toBe('')
})

test('colour changes nothing but the colour', () => {
  const plain = printText([diagnostic, diagnostic])
  const colored = printText([diagnostic, diagnostic], { color: true })
  expect({
    same:
      colored
        .split('\u001B')
        .map((part, index) => (index === 0 ? part : part.replace(/^\[\d+m/, '')))
        .join('') === plain,
    colored: colored !== plain,
  }).toEqual({ same: true, colored: true })
})

test('nothing to say is nothing printed', () => {
  expect([printText([]), printJson([])]).toEqual(['', '[]\n'])
})

test('json has places as offsets, lines and columns', () => {
  expect(JSON.parse(printJson([diagnostic]))).toEqual([
    {
      code: 'unknown-step',
      severity: 'error',
      message: 'there is no step type `userQery`',
      file: 'flows/reset.yaml',
      start: { offset: 23, line: 3, column: 5 },
      end: { offset: 31, line: 3, column: 13 },
      label: 'not registered',
      help: 'did you mean `userQuery`?',
      related: [
        {
          message: 'the flow',
          file: 'flows/reset.yaml',
          start: { offset: 0, line: 1, column: 1 },
          end: { offset: 4, line: 1, column: 5 },
        },
      ],
      docs: 'docs/diagnostics/unknown-step.md',
    },
  ])
})

test('SEC-75: a file cannot write to the terminal, and a long line is cut around the fault', () => {
  const hostile = new SourceFile('a\u001B[2J.yaml', `\u001B[31m${'x'.repeat(300)}FAULT\u202Ey`)
  const printed = printText([{ ...diagnostic, file: hostile, message: 'a\u0007b\nc', span: { start: 305, end: 310 }, related: [] }])
  const [first, , frame = '', carets = ''] = printed.split('\n')
  expect(first).toBe('a\\u{1b}[2J.yaml:1:306 error[unknown-step]: a\\u{7}b\\u{a}c')
  expect(frame.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('FAULT')
  expect({ length: frame.length < 130, clean: /^[\x20-\x7E·\n…]*$/.test(printed) }).toEqual({ length: true, clean: true })
})

test.for([
  ['short', 'kba', '`kba`'],
  ['long', 'x'.repeat(61), `\`${'x'.repeat(60)}…\``],
  ['with a line break', 'a\nb', '`a\\u{a}b`'],
  ['with half a letter', 'a\uD800', '`a\\u{d800}`'],
] as const)('quotes a text that is %s', ([, text, quoted]) => {
  expect(quote(text)).toBe(quoted)
})

test.for([
  ['emailValidatoin', 'emailValidation'],
  ['kab', 'kba'],
  ['EXPIRES', 'expires'],
  ['expire', 'expires'],
  ['fingerprint', undefined],
  ['', undefined],
  ['UserQueryStage', 'userQuery'],
  ['if', undefined],
  ['x'.repeat(100), undefined],
] as const)('near %s stands %s', ([name, near]) => {
  expect(nearName(name, ['userQuery', 'emailValidation', 'kba', 'expires'])).toBe(near)
})

test.for([
  ['', '', 0],
  ['', 'abc', 3],
  ['abc', 'acb', 1],
  ['kitten', 'sitting', 3],
] as const)('from %s to %s are so many edits: %s', ([from, to, edits]) => {
  expect(editDistance(from, to)).toBe(edits)
})
