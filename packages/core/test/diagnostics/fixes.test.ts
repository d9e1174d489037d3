import { readdirSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyFixes, compileFlows, SourceFile, type Diagnostic } from '../../src/index.js'
import { applyEdits, movedBy } from '../../src/diagnostics/text-edits.js'
import { registry } from '../compile/registry.js'
import { sampleFiles } from './samples.js'

const FUZZ = Number(process.env['REKEY_FUZZ'] ?? 1)
const FOLDER = new URL('.', import.meta.url)
const SAMPLES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml'))

const finds = (files: readonly SourceFile[]): readonly Diagnostic[] => compileFlows(files, registry).diagnostics
const flow = (...lines: readonly string[]): string => `${['flow: a', ...lines].join('\n')}\n`
const steps = (...lines: readonly string[]): string => flow('steps:', '  - userQuery', ...lines, '  - reset')

/** The text of a single file after all repairs, and the codes that are left. */
function repaired(text: string): { readonly text: string; readonly left: readonly string[] } {
  const { files, left } = applyFixes([new SourceFile('flow.yaml', text)], finds)
  return { text: files[0]?.text ?? '', left: left.map(({ code }) => code) }
}

const GOOD = steps('  - emailValidation')

test.for<readonly [code: string, broken: string, whole: string]>([
  ['unknown-step', steps('  - emailValidatoin'), GOOD],
  ['unknown-step', steps('  - "emailValidatoin"'), steps('  - "emailValidation"')],
  ['unknown-step', steps('  - EmailValidationStage'), GOOD],
  ['unknown-step', steps('  - uses: emailValidation'), GOOD],
  ['unknown-step', steps('  - type: emailValidation', '    attempts: 2'), steps('  - emailValidation:', '    attempts: 2')],
  ['unknown-key', flow('stpes:', '  - userQuery', '  - emailValidation', '  - reset'), GOOD],
  ['unknown-key', steps('  - emailValidation:', '    atempts: 2'), steps('  - emailValidation:', '    attempts: 2')],
  ['unknown-setting', steps('  - emailValidation: { lenght: 8 }'), steps('  - emailValidation: { length: 8 }')],
  ['bad-setting', steps('  - emailValidation: { length: "8" }'), steps('  - emailValidation: { length: 8 }')],
  ['bad-setting', steps('  - emailValidation: { expires: 10 minutes }'), steps('  - emailValidation: { expires: 10m }')],
  [
    'bad-value',
    flow('unknownAccount: hid', ...GOOD.split('\n').slice(1, -1)),
    flow('unknownAccount: hide', ...GOOD.split('\n').slice(1, -1)),
  ],
  ['bad-value', flow('expires: PT15M', ...GOOD.split('\n').slice(1, -1)), flow('expires: 15m', ...GOOD.split('\n').slice(1, -1))],
  ['bad-value', flow('speaks: [idp, idp]', ...GOOD.split('\n').slice(1, -1)), flow('speaks: [idp]', ...GOOD.split('\n').slice(1, -1))],
  ['wrong-type', flow('speaks: idp', ...GOOD.split('\n').slice(1, -1)), flow('speaks: [idp]', ...GOOD.split('\n').slice(1, -1))],
  ['wrong-type', flow('title: 2026', ...GOOD.split('\n').slice(1, -1)), flow('title: "2026"', ...GOOD.split('\n').slice(1, -1))],
  [
    'wrong-type',
    flow('require: { distinctChannels: no }', ...GOOD.split('\n').slice(1, -1)),
    flow('require: { distinctChannels: false }', ...GOOD.split('\n').slice(1, -1)),
  ],
  ['wrong-type', flow('steps:', '  – userQuery', '  – emailValidation', '  – reset'), GOOD],
  ['bad-id', GOOD.replace('flow: a', 'flow: My Flow'), GOOD.replace('flow: a', 'flow: my-flow')],
  ['bad-id', steps('  - emailValidation:', '    id: mail-code'), steps('  - emailValidation:', '    id: mailCode')],
  [
    'unknown-dialect',
    flow('speaks: { kisok: { as: x } }', ...GOOD.split('\n').slice(1, -1)),
    flow('speaks: { kiosk: { as: x } }', ...GOOD.split('\n').slice(1, -1)),
  ],
  [
    'unknown-slot',
    flow('speaks: { desk: forgott }', ...GOOD.split('\n').slice(1, -1)),
    flow('speaks: { desk: forgot }', ...GOOD.split('\n').slice(1, -1)),
  ],
  ['missing-space', 'flow:a\nsteps:\n  -userQuery\n  -emailValidation\n  -reset\n', GOOD],
  ['yaml-tab', 'flow: a\nsteps:\n\t- userQuery\n\t- emailValidation\n\t- reset\n', GOOD],
  ['yaml-syntax', GOOD.replaceAll('  -', '\u00A0\u00A0-'), GOOD],
  ['yaml-tag', flow('title: !wait', ...GOOD.split('\n').slice(1, -1)), flow('title: "!wait"', ...GOOD.split('\n').slice(1, -1))],
  ['yaml-directive', `%FLOW 2\n---\n${GOOD}`, `---\n${GOOD}`],
  ['yaml-documents', `${GOOD}---\n`, GOOD],
  ['duplicate-key', flow('title: A', 'title: A', ...GOOD.split('\n').slice(1, -1)), flow('title: A', ...GOOD.split('\n').slice(1, -1))],
  [
    'steps-not-a-list',
    flow('steps:', '  userQuery:', '  emailValidation:', '    length: 8', '  attempts: 2', '  reset:'),
    flow('steps:', '  - userQuery:', '  - emailValidation:', '      length: 8', '    attempts: 2', '  - reset:'),
  ],
  [
    'settings-not-indented',
    steps('  - emailValidation:', '    length: 8', '    # why', '    expires: 10m'),
    steps('  - emailValidation:', '      length: 8', '    # why', '      expires: 10m'),
  ],
  [
    'modifier-in-settings',
    steps('  - emailValidation:', '      length: 8', '      attempts: 2'),
    steps('  - emailValidation:', '      length: 8', '    attempts: 2'),
  ],
  [
    'modifier-in-settings',
    steps('  - emailValidation: { length: 8, attempts: 2 }'),
    steps('  - emailValidation: { length: 8 }', '    attempts: 2'),
  ],
  [
    'modifier-in-settings',
    steps('  - emailValidation: { attempts: 2, length: 8 }'),
    steps('  - emailValidation: { length: 8 }', '    attempts: 2'),
  ],
  [
    'modifier-in-settings',
    steps('  - emailValidation: { attempts: 2, id: m }'),
    steps('  - emailValidation:', '    attempts: 2', '    id: m'),
  ],
  [
    'two-steps-in-one-item',
    flow('steps:', '  - userQuery:', '    emailValidation:', '  - reset'),
    flow('steps:', '  - userQuery:', '  - emailValidation:', '  - reset'),
  ],
  ['two-steps-in-one-item', flow('steps:', '  - userQuery', '    - emailValidation', '      - reset'), GOOD],
  ['one-option', steps('  - choose: [emailValidation]'), GOOD],
  ['one-option', steps('  - choose: [emailValidation]', '    id: m'), steps('  - emailValidation:', '    id: m')],
  ['one-option', steps('  - choose:', '      - emailValidation: { length: 8 }'), steps('  - emailValidation: { length: 8 }')],
  ['unused-allow', flow('allow: [{ code: reveals-accounts, reason: r }]', ...GOOD.split('\n').slice(1, -1)), GOOD],
  ['unused-allow', flow('allow:', '  - code: reveals-accounts', '    reason: r', ...GOOD.split('\n').slice(1, -1)), GOOD],
  [
    'unknown-code',
    flow('unknownAccount: reveal', 'allow: [{ code: reveal-accounts, reason: r }]', ...GOOD.split('\n').slice(1, -1)),
    flow('unknownAccount: reveal', 'allow: [{ code: reveals-accounts, reason: r }]', ...GOOD.split('\n').slice(1, -1)),
  ],
  [
    'allow-unknown-step',
    flow('allow: [{ code: questions-alone, at: kab, reason: r }]', 'steps: [userQuery, kba, reset]'),
    flow('allow: [{ code: questions-alone, at: kba, reason: r }]', 'steps: [userQuery, kba, reset]'),
  ],
])('%s is repaired', ([code, broken, whole]) => {
  const before = finds([new SourceFile('flow.yaml', broken)]).map((diagnostic) => diagnostic.code)
  expect(before).toContain(code)
  expect(repaired(broken)).toEqual({ text: whole, left: [] })
})

test.for<readonly [why: string, text: string]>([
  ['two names are equally near', steps('  - emailValidation', '  - acme/ca')],
  ['the key is another system’s word', steps('  - emailValidation:', '    if: true')],
  ['the other key of that name says something else', flow('title: A', 'title: B', ...GOOD.split('\n').slice(1, -1))],
  ['aliases stand for different values', flow('title: &a A', 'description: *a', 'description: *a', ...GOOD.split('\n').slice(1, -1))],
  ['nobody knows whose modifier follows', flow('steps:', '  - userQuery:', '    emailValidation:', '    attempts: 3', '  - reset')],
  ['a bare number may be seconds or minutes', flow('expires: 900', ...GOOD.split('\n').slice(1, -1))],
  ['the id would be taken', steps('  - kba: { ask: 1 }', '    id: mailCode', '  - emailValidation:', '    id: mail-code')],
  ['the tag may be the slip', flow('title: !Ref Title', ...GOOD.split('\n').slice(1, -1))],
])('nothing is written where %s', ([, text]) => {
  const { text: after, left } = repaired(text)
  expect({ after, isLeft: left.length > 0 }).toEqual({ after: text, isLeft: true })
})

test('line ends, the byte order mark and everything outside of the edits stay', () => {
  const text = '\uFEFFflow: a # the id\r\nsteps:\r\n\t- userQuery\r\n\t- emailValidatoin   # mail\r\n\t- reset\r\n'
  expect(repaired(text).text).toBe('\uFEFFflow: a # the id\r\nsteps:\r\n  - userQuery\r\n  - emailValidation   # mail\r\n  - reset\r\n')
})

test('a repair in one file does no harm in another: its id would be taken', () => {
  const [first, second] = [new SourceFile('a.yaml', GOOD), new SourceFile('b.yaml', GOOD.replace('flow: a', 'flow: A'))]
  const { files, repairs, left } = applyFixes([first, second], finds)
  expect({ files: files.map(({ text }) => text.split('\n')[0]), repairs: repairs.length, left: left.map(({ code }) => code) }).toEqual({
    files: ['flow: a', 'flow: A'],
    repairs: 0,
    left: ['bad-id'],
  })
  expect(files[0]).toBe(first)
})

const SECRET = 'hunter2-and-so-on'

test.for([
  ['beside the step', steps('  - smsValidation:', `    apiKey: ${SECRET}`)],
  ['without a space', steps('  - smsValidation:', `      apiKey:${SECRET}`)],
  ['behind a tag', steps('  - smsValidation:', `      apiKey: !${SECRET}`)],
  ['of a misspelt step', steps(`  - smsValidaton: { apiKey: ${SECRET} }`)],
  ['beside a modifier', steps(`  - smsValidation: { apiKey: ${SECRET}, attempts: 3 }`)],
  ['behind tabs', `flow: a\nsteps:\n\t- userQuery\n\t- smsValidation: { apiKey: ${SECRET} }\n\t- reset\n`],
  ['as an id', steps('  - smsValidation:', `      apiKey: ${SECRET}`, `    id: ${SECRET}`)],
] as const)('a secret %s stands in no word of a report and in no repair', ([, text]) => {
  const seen = finds([new SourceFile('flow.yaml', text)]).map(({ message, help, label, fix }) => ({ message, help, label, fix }))
  expect(seen.length).toBeGreaterThan(0)
  expect(JSON.stringify(seen)).not.toContain(SECRET)
  // It stays where it was, once.
  expect(repaired(text).text.split(SECRET).length).toBe(text.split(SECRET).length)
})

/** What does not hold of the repairs of files, and should of any. */
function unsound(files: readonly SourceFile[]): readonly string[] {
  const before = finds(files)
  const outside = before.filter(({ file, fix }) =>
    fix?.edits.some(({ span: { start, end } }) => start < 0 || start > end || end > file.text.length),
  )
  const once = applyFixes(files, finds)
  const again = applyFixes(once.files, finds)
  const codesOf = (found: readonly Diagnostic[]) => found.map(({ code }) => code).join()
  return [
    ...outside.map(({ code }) => `an edit for ${code} lies outside of its file`),
    ...(again.repairs.length > 0 ? ['a second run repairs more'] : []),
    ...(codesOf(once.left) === codesOf(finds(once.files)) ? [] : ['what is said to be left is not']),
    ...(once.repairs.length === 0 && once.files.some((file, index) => file !== files[index]) ? ['something changed without a repair'] : []),
  ]
}

test.for(SAMPLES)('the repairs of %s end, and repeat nothing', (path) => {
  expect(unsound(sampleFiles(readFileSync(new URL(path, FOLDER), 'utf8')))).toEqual([])
})

const TEXTS = SAMPLES.map((path) => readFileSync(new URL(path, FOLDER), 'utf8')).filter((text) => text.length < 600)
const PIECES = [
  '\t',
  ' ',
  '\n',
  '\r\n',
  '-',
  ': ',
  ':',
  '"',
  "'",
  '!x ',
  '&a ',
  '*a',
  '{',
  '}',
  '[',
  ']',
  ', ',
  '#',
  '  - ',
  'choose:\n',
  'id: in\n',
  'é',
]

test('repairs of mutated samples neither throw nor run on', () => {
  const mutated = fc
    .tuple(
      fc.constantFrom(...TEXTS),
      fc.array(fc.record({ at: fc.nat(600), cut: fc.nat(6), by: fc.constantFrom(...PIECES) }), { minLength: 1, maxLength: 4 }),
    )
    .map(([text, edits]) => edits.reduce((so, { at, cut, by }) => so.slice(0, at) + by + so.slice(at + cut), text))
  fc.assert(
    fc.property(mutated, (text) => {
      expect(unsound([new SourceFile('flow.yaml', text)])).toEqual([])
    }),
    { numRuns: 200 * FUZZ },
  )
}, 60_000)

const edits = fc
  .array(fc.record({ gap: fc.integer({ min: 1, max: 5 }), cut: fc.nat(4), text: fc.string({ maxLength: 4 }) }), { maxLength: 6 })
  .map((parts) => {
    let at = 0
    return parts.map(({ gap, cut, text }) => {
      const start = at + gap
      at = start + cut
      return { span: { start, end: at }, text }
    })
  })

test('edits change nothing outside of their spans, in whatever order they come', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 60, maxLength: 80 }), edits, (text, made) => {
      const after = applyEdits(text, made)
      expect(applyEdits(text, made.toReversed())).toBe(after)
      const touched = new Set(made.flatMap(({ span }) => Array.from({ length: span.end - span.start }, (_, index) => span.start + index)))
      const begins = new Set(made.map(({ span }) => span.start))
      for (let at = 0; at < text.length; at++) if (!touched.has(at) && !begins.has(at)) expect(after[movedBy(at, made)]).toBe(text[at])
    }),
  )
})
