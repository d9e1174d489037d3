import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileFlows, printJson, printText, SourceFile } from '../../src/index.js'
import { registry } from './registry.js'

/** How many times as many runs as usual: `REKEY_FUZZ=20 npm test -- never-throws`. */
const FUZZ = Number(process.env['REKEY_FUZZ'] ?? 1)

const FLOW = `flow: password-reset
title: { en: "Reset", de: 'Neu' }
speaks: { idp: { as: reset, style: rich }, desk: { slot: change } }
expires: 15m
unknownAccount: reveal
require: { factors: 2, distinctChannels: true }
limits: { failures: { principal: 5/h }, messages: { conversation: 3 } }
allow:
  - { code: reveals-accounts, at: kba, reason: &r because }
steps:
  - parameters: { names: [a, b] }
  - userQuery: { fields: &f [mail] }
  - emailValidation:
      expires: 10m
      length: 8
    attempts: 3
  - acme/confirm: { style: { theme: *r }, lines: { x: "1" } }
  - choose:
      - totp: { digits: 8 }
        id: app
      - smsValidation
    id: second
    title: How?
  - kba:
    id: questions
  - reset
`

const PIECES = [
  ['\t', '\0', '\uFEFF', '\uD800', '\u2028', ' ', '-', ':', '?', '#', '[', ']', '{', '}', ',', '"', "'", '\\', '!', '~'],
  ['\r\n', '\n', '  ', '- ', ': ', '? ', '|\n', '>-\n', '---\n', '...\n', '%YAML 1.1\n'],
  ['&f ', '*f', '*r', '<<: *f', '!x ', '!!binary ', '!!set ', '.inf', '-.nan', '1e999', '0x', 'null', 'true'],
  [
    '__proto__',
    'constructor: ',
    'when: !has(x)\n',
    'choose:\n',
    '- choose: [',
    'totp, ',
    'desk: ',
    'change',
    'slot: ',
    'kba',
    'userQuery',
    'steps:\n',
    'flow: ',
    '  - ',
    'id: in\n',
  ],
  ['[[[[[[[[', '- - - - - ', '{a: {a: '],
].flat()

/** The flow with a few stretches replaced by something else. */
const mutated = fc
  .array(
    fc.record({
      at: fc.nat(FLOW.length),
      cut: fc.nat(12),
      by: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4, unit: 'binary' })),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((edits) => edits.reduce((text, { at, cut, by }) => text.slice(0, at) + by + text.slice(at + cut), FLOW))

const generated = fc
  .array(fc.constantFrom(...PIECES, ...FLOW.split('\n').map((line) => `${line}\n`)), { maxLength: 40 })
  .map((parts) => parts.join(''))

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => new TextDecoder('utf-8').decode(array))

/** Everything that holds for any text at all. */
function holds(text: string): void {
  const compile = () => compileFlows([new SourceFile('flow.yaml', text), new SourceFile('other.yaml', FLOW)], registry)
  const { flows, diagnostics } = compile()
  const places = diagnostics.map(({ file, span }) => ({ path: file.path, start: span.start, end: span.end, length: file.text.length }))
  expect(places.filter(({ start, end, length }) => !(start >= 0 && start <= end && end <= length))).toEqual([])
  const sorted = places.every((place, index) => {
    const before = places[index - 1]
    return before === undefined || before.path < place.path || (before.path === place.path && before.start <= place.start)
  })
  expect(sorted).toBe(true)
  const mine = diagnostics.filter(({ file }) => file.path === 'flow.yaml')
  const compiled = flows.some(({ file }) => file.path === 'flow.yaml')
  // A flow that does not compile says why, and one with an error does not compile.
  expect(compiled).toBe(!mine.some(({ severity }) => severity === 'error'))
  const again = compile()
  expect([printText(again.diagnostics), printJson(again.diagnostics)]).toEqual([printText(diagnostics), printJson(diagnostics)])
  expect(again.flows.map(({ hash }) => hash)).toEqual(flows.map(({ hash }) => hash))
}

test('any mutation of a flow is compiled or explained, and always alike', () => {
  fc.assert(fc.property(mutated, holds), { numRuns: 150 * FUZZ })
}, 60_000)

test('any heap of YAML is compiled or explained', () => {
  fc.assert(fc.property(generated, holds), { numRuns: 100 * FUZZ })
}, 60_000)

test('any bytes are compiled or explained', () => {
  fc.assert(fc.property(bytes, holds), { numRuns: 50 * FUZZ })
}, 60_000)

const deep = (open: string, close: string, times: number) =>
  `flow: a\ntitle: ${open.repeat(times)}x${close.repeat(times)}\nsteps: [userQuery]\n`

test.for([
  ['deep lists', deep('[', ']', 50_000)],
  ['deep mappings', deep('{a: ', '}', 25_000)],
  ['deep block lists', `steps:\n  ${'- '.repeat(60_000)}`],
  ['deep block mappings', Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ['open lists', '['.repeat(130_000)],
  ['question marks', '? '.repeat(60_000)],
  [
    'an alias bomb',
    Array.from({ length: 30 }, (_, line) => `a${line}: &a${line} [${`*a${line - 1}, `.repeat(line === 0 ? 0 : 20)}x]`).join('\n'),
  ],
  ['many keys', `{${'a:,'.repeat(40_000)}}`],
  ['many different keys', `{${Array.from({ length: 15_000 }, (_, index) => `k${index}:`).join(',')}}`],
  ['many steps', `flow: a\nsteps:\n${'  - userQuery\n'.repeat(9000)}`],
  ['many choices', `flow: a\nsteps:\n${'  - choose: [kba, totp, smsValidation]\n'.repeat(1600)}`],
  ['many options', `flow: a\nsteps: [{ choose: [${'emailValidation, kba, totp, currentPassword, '.repeat(2400)}] }, reset]`],
  ['choices in choices', `flow: a\nsteps: ${'[{ choose: '.repeat(40)}[kba]${'}]'.repeat(40)}`],
  ['many changes without proof', `flow: a\nsteps:\n${'  - reset\n'.repeat(9000)}`],
  ['many proofs and changes', `flow: a\nsteps: [userQuery, ${'kba, reset, '.repeat(4500)}]`],
  ['many anchors', '&a '.repeat(40_000)],
  ['many tags', 'a: !b c\n'.repeat(15_000)],
  ['many quotes', '"'.repeat(130_000)],
  ['many secrets', 'apiKey: x\n'.repeat(13_000)],
  ['many secrets on a line', 'apiKey: '.repeat(16_000)],
  ['many documents', '---\n'.repeat(30_000)],
  ['many directives', '%a\n'.repeat(40_000)],
  ['many tabs', '\t'.repeat(130_000)],
  ['many dashes', '-'.repeat(130_000)],
  ['a long name', `flow: a\nsteps: [${'a'.repeat(130_000)}]`],
  ['a long key', `${'a '.repeat(60_000)}: x`],
  ['many long names', `flow: a\nsteps: [${`${'ab'.repeat(30)}, `.repeat(2000)}]`],
] as const)('%s are no reason to hang', ([, text]) => {
  // Of this process alone: a machine that is busy elsewhere makes nothing slow.
  const began = process.cpuUsage()
  const { flows, diagnostics } = compileFlows([new SourceFile('flow.yaml', text)], registry)
  printText(diagnostics.slice(0, 10))
  expect({ flows, silent: diagnostics.length === 0, slow: process.cpuUsage(began).user > 5_000_000 }).toEqual({
    flows: [],
    silent: false,
    slow: false,
  })
})
