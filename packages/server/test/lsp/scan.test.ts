import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scan } from '../../src/lsp/scan.js'

const FLOW = `flow: reset
speaks:
  cidaas: { slot: change, link: 'https://a.example/#x' } # its own
steps:
- userQuery: { fields: [userName, "mail"] }
- choose:
    - smsValidation
    - emailValidation:
        length: 8
      attempts: 3
  title: |
    steps: none
    - of these
- reset
allow: [{ code: reveals-accounts, at: userQuery,
  reason: demo }]
`

test('every key and value of a file is found with its path', () => {
  const found = scan(FLOW).entries.map(({ path, value }) => `${path.join('.')}${value === undefined ? '' : ` = ${value}`}`)
  expect(found).toEqual([
    'flow = reset',
    'speaks',
    'speaks.cidaas',
    'speaks.cidaas.slot = change',
    'speaks.cidaas.link = https://a.example/#x',
    'steps',
    'steps.0.userQuery',
    'steps.0.userQuery.fields',
    'steps.0.userQuery.fields.0 = userName',
    'steps.0.userQuery.fields.1 = mail',
    'steps.1.choose',
    'steps.1.choose.0 = smsValidation',
    'steps.1.choose.1.emailValidation',
    'steps.1.choose.1.emailValidation.length = 8',
    'steps.1.choose.1.attempts = 3',
    'steps.1.title',
    'steps.2 = reset',
    'allow',
    'allow.0.code = reveals-accounts',
    'allow.0.at = userQuery',
    'allow.0.reason = demo',
  ])
})

test('a span holds exactly the key or the value', () => {
  const spans = scan(FLOW).entries.flatMap(({ keySpan, valueSpan, path, value }) => [
    ...(keySpan ? [[FLOW.slice(keySpan.start, keySpan.end), path.at(-1)]] : []),
    ...(valueSpan ? [[FLOW.slice(valueSpan.start, valueSpan.end), value]] : []),
  ])
  expect(spans.map(([text]) => text)).toEqual(spans.map(([, meant]) => meant))
})

test.for([
  ['an empty file', '', 'key  ""'],
  ['a half-typed key', 'flow: a\nspe', 'key  "spe"'],
  ['a value', 'flow: a\nunknownAccount: hi', 'value unknownAccount "hi"'],
  ['a value behind a bare colon', 'flow: a\nunknownAccount:', 'value unknownAccount "" glued'],
  ['a new step', 'steps:\n  - ', 'item steps.0 ""'],
  ['a dash without its space', 'steps:\n  -', 'none'],
  ['a half-typed step', 'steps:\n  - userQuery\n  - ema', 'item steps.1 "ema"'],
  ['a list in the column of its key', 'steps:\n- userQuery\n- ', 'item steps.1 ""'],
  ['a setting', 'steps:\n  - kba:\n      ', 'key steps.0.kba ""'],
  ['a modifier', 'steps:\n  - kba:\n    ', 'key steps.0 ""'],
  ['a modifier below settings', 'steps:\n  - kba:\n      ask: 2\n    att', 'key steps.0 "att"'],
  ['a setting in brackets', 'steps:\n  - kba: { ask: 2, ', 'key steps.0.kba ""'],
  ['a half-typed setting in brackets', 'steps:\n  - kba: { as', 'key steps.0.kba "as"'],
  ['a value in brackets', 'steps:\n  - kba: { ask: ', 'value steps.0.kba.ask ""'],
  ['an item in brackets', 'speaks: [forgerock, air', 'item speaks.1 "air"'],
  ['an option of a choice', 'steps:\n  - choose:\n      - ', 'item steps.0.choose.0 ""'],
  ['brackets that nobody has closed', 'steps:\n  - kba: { ask: 2\n  - ', 'item steps.1 ""'],
  ['a comment', 'flow: a # unk', 'none'],
  ['a text of several lines', 'title: |\n  unk', 'none'],
  ['after a text of several lines', 'title: |\n  unk\nste', 'key  "ste"'],
  ['lines of Windows', 'steps:\r\n  - kba:\r\n      as', 'key steps.0.kba "as"'],
] as const)('the end of a text asks for %s', ([, text, expected]) => {
  const { caret } = scan(text)
  const shown = caret ? `${caret.at} ${caret.path.join('.')} "${caret.word}"${caret.glued ? ' glued' : ''}` : 'none'
  expect(shown).toBe(expected)
})

test('no text is too broken, and spans lie within it', () => {
  const part = fc.constantFrom(
    'a',
    'steps',
    ':',
    ' ',
    '  ',
    '\n',
    '\r\n',
    '-',
    '- ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '#',
    '"',
    "'",
    '|',
    '\\',
    '\t',
    '🙂',
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
      const text = parts.join('')
      const { entries, caret } = scan(text)
      const spans = entries.flatMap(({ keySpan, valueSpan }) => [keySpan, valueSpan]).filter((span) => span !== undefined)
      expect(spans.every(({ start, end }) => 0 <= start && start <= end && end <= text.length)).toBe(true)
      expect(caret === undefined || text.slice(caret.start).includes(caret.word)).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test.for([
  ['open brackets', '['.repeat(120_000)],
  ['open mappings', '{a: '.repeat(30_000)],
  ['dashes', '- '.repeat(60_000)],
  ['spaces behind a word', `a${' '.repeat(120_000)}b`],
  ['one long word', `[${'a'.repeat(120_000)}!`],
  ['quotes', `[${'"a",'.repeat(30_000)}`],
  ['an open quote on each line', '"a\n'.repeat(40_000)],
  ['lines in open brackets', `a: [\n${'  b c d\n'.repeat(15_000)}`],
] as const)('%s of 120 KB are read to the end', ([, text]) => {
  expect(scan(text).entries.length).toBeLessThan(text.length)
})
