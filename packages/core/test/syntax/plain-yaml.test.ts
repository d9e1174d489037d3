import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createReporter } from '../../src/diagnostics/reporter.js'
import { SourceFile } from '../../src/index.js'
import { readPlainYaml } from '../../src/syntax/plain-yaml.js'
import { readAnyYaml } from '../../src/syntax/read-yaml.js'
import { sampleFiles } from '../diagnostics/samples.js'

/** Always the same texts, because it is asserted how many are read plainly. `REKEY_FUZZ=20` reads more of them. */
const SEED = 20_260_722
const FUZZ = Number(process.env['REKEY_FUZZ'] ?? 1)

const root = join(import.meta.dirname, '../../../..')

/** What the plain reader gives must be what the YAML library gives, places and all, for a file in which that finds no fault. */
function agrees(text: string): boolean {
  const plain = readPlainYaml(text)
  if (plain === undefined) return false
  const reporter = createReporter(new SourceFile('flow.yaml', text))
  expect({ text, tree: plain, findings: [] }).toEqual({ text, tree: readAnyYaml(reporter), findings: reporter.findings })
  return true
}

describe('every file of the project', () => {
  const files = ['flows', 'examples', 'packages/core/test', 'packages/server/texts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.yaml') && !path.includes('node_modules'))
      .map((path) => ({ path: join(folder, path), text: readFileSync(join(root, folder, path), 'utf8') })),
  )

  test('is the same to both readers, where both read it', () => {
    const texts = files.flatMap(({ path, text }) => sampleFiles(text).map((part) => ({ path, text: part.text })))
    expect(texts.filter(({ text }) => agrees(text)).length).toBeGreaterThan(200)
  })

  test('that is a flow we ship is read plainly', () => {
    const flows = files.filter(({ path, text }) => path.startsWith('flows') && /^flow: /m.test(text))
    expect(flows.length).toBeGreaterThan(10)
    expect(flows.filter(({ text }) => readPlainYaml(text) === undefined).map(({ path }) => path)).toEqual([])
  })
})

const KEYS = ['a', 'b', 'id', 'steps', 'x/y', 'k-1', 'null', 'true']
const VALUES = [
  ['a', 'b c', '10m', '7', '007', '1.5', '1e3', '0x1f', '0o7', '12345678901234567', '-1', '+1', '.5', '.inf', '9.', '1:30', '2024-01-01'],
  [
    'null',
    'NULL',
    '~',
    'true',
    'FALSE',
    'é ü',
    '😀 x',
    './a.yaml',
    '../b',
    '${X}',
    '$x',
    '(a)',
    'x"y"z',
    "x'y",
    'a]b',
    'a,b',
    'a}',
    'a\u00a0b',
  ],
  ['"q"', '"a b"', "'q'", "'it''s'", '"\\n"', '"q" x', '"q": b', "''", '""'],
  ['a # c', 'a#c', '"q" # c', '"q"#c', '# c', '', 'a: b', 'a:b', 'a:', 'a :', 'http://x.y/z'],
  ['[]', '{}', '[a, b]', '[ a , b ]', '[a, {b: c}]', '{ a: b }', '{a: [x], b: "y"}', '{ a: b, a: c }', '[a b, c]', '[[a], [b]]'],
  ['[a,]', '[a', '{a}', '{ a: }', '[a: b]', '[a #b]', '{ a: b: c }', '{a: http://x}', '[a]b', '{ a: b } c', '[&x a]', '{ null: a }'],
  ['- a', '-', '- - a', '? a', '&x a', '*x', '!t a', '|', '>-', '@a', '`a`', '%a', '<<: a', '---', '...', '=', 'a\tb', 'a\r'],
].flat()

const line = fc.record({
  kind: fc.constantFrom('text', 'text', 'text', 'text', 'text', 'text', 'blank', 'comment'),
  /** From the line before: mostly a place where a line may go on. */
  move: fc.constantFrom('same', 'same', 'same', 'inner', 'inner', 'deeper', 'up', 'top', 'odd'),
  dash: fc.constantFrom('', '', '', '- ', '- ', '-  ', '- - '),
  key: fc.constantFrom(undefined, ...KEYS),
  colon: fc.constantFrom(': ', ': ', ': ', ': ', ':', ':  ', ' : '),
  value: fc.constantFrom(...VALUES, ...['', 'a', '7', '[a]'].flatMap((value) => Array.from({ length: 20 }, () => value))),
  end: fc.constantFrom('', '', '', '', ' ', ' # c'),
})

type Line = typeof line extends fc.Arbitrary<infer L> ? L : never

const document = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 8 }), fc.constantFrom('\n', '\n', '', '\n\n', '\n  '))
  .map(([lines, last]) => {
    const texts: string[] = []
    let indent = 0
    for (const one of lines) {
      indent = Math.max(0, indent)
      texts.push(written(one, indent))
      if (one.kind === 'text') indent += MOVES[one.move](one)
    }
    return texts.join('\n') + last
  })

const MOVES = {
  same: () => 0,
  inner: ({ dash }) => dash.length,
  deeper: ({ dash }) => dash.length + 2,
  up: () => -2,
  top: () => -100,
  odd: () => 1,
} as const satisfies Record<Line['move'], (line: Line) => number>

function written({ kind, dash, key, colon, value, end }: Line, indent: number): string {
  if (kind === 'blank') return ''
  if (kind === 'comment') return `${' '.repeat(indent)}# c`
  return `${' '.repeat(indent)}${dash}${key === undefined ? '' : key + (value === '' ? ':' : colon)}${value}${end}`
}

test('whatever is read plainly, the YAML library reads alike', () => {
  let plain = 0
  fc.assert(
    fc.property(document, (text) => {
      if (agrees(text)) plain += 1
    }),
    { numRuns: 20_000 * FUZZ, seed: SEED },
  )
  expect(plain).toBeGreaterThan(1_000)
})

test('a flow with something put in, taken out or moved is read alike', () => {
  const flow = readFileSync(join(root, 'flows/cidaas/forgot.yaml'), 'utf8')
  const pieces = [...VALUES, '\n', '  ', '\n  ', '- ', ': ', '#', ' #', '"', "'", '[', ']', '{', '}', ',', '\n# c\n', '\n\n', ':\n']
  const edit = fc.record({ at: fc.nat(flow.length), gone: fc.nat(6), put: fc.constantFrom('', ...pieces) })
  let plain = 0
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      const text = edits.reduce((before, { at, gone, put }) => before.slice(0, at) + put + before.slice(at + gone), flow)
      if (agrees(text)) plain += 1
    }),
    { numRuns: 2_000 * FUZZ, seed: SEED },
  )
  expect(plain).toBeGreaterThan(100)
})

test.for([
  ['an anchor', 'a: &x b\n'],
  ['an alias', 'a: *x\n'],
  ['a tag', 'a: !x b\n'],
  ['a text over several lines', 'a: b\n  c\n'],
  ['a block of text', 'a: |\n  b\n'],
  ['an escape', 'a: "\\x41"\n'],
  ['a doubled key', 'a: b\na: c\n'],
  ['a doubled key in brackets', 'a: { b: c, b: d }\n'],
  ['a key that is no text', 'null: b\n'],
  ['a tab', 'a:\tb\n'],
  ['a carriage return', 'a: b\r\n'],
  ['a mark of byte order', '\uFEFFa: b\n'],
  ['a separator of lines', 'a: b\u2028c: d\n'],
  ['a control character', 'a: b\u0018\n'],
  ['two documents', 'a: b\n---\na: c\n'],
  ['a directive', '%YAML 1.1\n---\na: b\n'],
  ['a merge key', 'a: b\n<<: { c: d }\n'],
  ['brackets over two lines', 'a: [b,\n  c]\n'],
  ['a number of another base', 'a: 0x10\n'],
  ['a number that is not exact', 'a: 12345678901234567890\n'],
  ['a list as deep as its key', 'a:\n- b\n'],
  ['values nested too deeply', `a: ${'['.repeat(40)}${']'.repeat(40)}\n`],
  ['too many values', `a: [${'b, '.repeat(10_001)}b]\n`],
] as const)('%s is left to the YAML library', ([, text]) => {
  expect(readPlainYaml(text)).toBeUndefined()
})
