import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileFlows, SourceFile, type CompiledFlow } from '../../src/index.js'
import type { Flow, Item } from '../oracle/flow.js'
import { generated } from '../oracle/generate.js'
import { oracleRegistry } from '../oracle/steps.js'
import { write } from '../oracle/write.js'
import { registry } from './registry.js'

const FLOW = `flow: a
title: Reset
ensure: [notify, revokeSessions]
steps:
  - userQuery
  - parameters: { names: [returnTo] }
  - emailValidation
  - totp:
    id: app
    when: principal.state == 'active' && !('staff' in principal.groups)
    onFail: emailValidation
  - choose:
      - kba:
        when: size(principal.kba) >= 2
        onFail: choose
      - smsValidation: { apiKey: "\${KEY}" }
        when: has(principal.phone)
    onFail: userQuery
  - include: ./shared/part.yaml
    id: part
    when: has(principal.mail)
    with: { length: 8, mode: a, unused: x }
  - reset
`

const PART = `fragment: part
inputs:
  length: { type: integer, minimum: 6, maximum: 12 }
  mode: { type: string, enum: [a, b] }
  unused: { type: string, default: x }
steps:
  - emailValidation: { length: "\${inputs.length}", expires: 10m }
    when: inputs.mode == 'a' || has(principal.phone)
  - totp:
    when: inputs.mode == 'b'
  - kba: { ask: 2 }
    onFail: emailValidation
`

interface Text {
  readonly flow: string
  readonly part: string
  /** Where the fragment lies. */
  readonly at: string
}

const BASE: Text = { flow: FLOW, part: PART, at: 'shared/part.yaml' }

function hashOf({ flow, part, at }: Text): string {
  const { flows, diagnostics } = compileFlows([new SourceFile('flow.yaml', flow), new SourceFile(at, part)], registry)
  return flows[0]?.hash ?? `none: ${diagnostics.map(({ message }) => message).join('; ')}\n${flow}\n${part}`
}

function changed(from: string, to: string): Text {
  const text = { ...BASE, flow: FLOW.replace(from, to), part: PART.replace(from, to) }
  if (text.flow === FLOW && text.part === PART) throw new Error(`nothing reads ${from}`)
  return text
}

test.for([
  ['a comment', 'steps:\n', '# why\nsteps: # all of them\n'],
  ['other quotes around a condition', `size(principal.kba) >= 2`, `"size(principal.kba) >= 2"`],
  ['a condition over several lines', `size(principal.kba) >= 2`, `>-\n          size(principal.kba)\n          >= 2`],
  ['other quotes in a condition', `'staff' in`, `"staff" in`],
  ['blanks in a condition', `principal.state == 'active' && `, `principal.state=='active'  &&   `],
  ['parentheses in a condition', `principal.state == 'active' &&`, `((principal.state == ('active'))) &&`],
  [
    'an inequality for a negated equality',
    `principal.state == 'active' && !('staff' in principal.groups)`,
    `"!(principal.state != 'active') && !('staff' in principal.groups)"`,
  ],
  [
    'a negation moved inwards',
    `principal.state == 'active' && !('staff' in principal.groups)`,
    `"!(principal.state != 'active' || 'staff' in principal.groups)"`,
  ],
  ['a literal on the left', `size(principal.kba) >= 2`, `2 <= size(principal.kba)`],
  ['another bound of the same numbers', `size(principal.kba) >= 2`, `size(principal.kba) > 1`],
  ['the same question asked of each element', `!('staff' in principal.groups)`, `principal.groups.all(group, group != 'staff')`],
  ['something asked twice', `when: has(principal.phone)\n    onFail`, `when: has(principal.phone) && has(principal.phone)\n    onFail`],
  [
    'the order of modifiers',
    `    when: principal.state == 'active' && !('staff' in principal.groups)\n    onFail: emailValidation`,
    `    onFail: emailValidation\n    when: principal.state == 'active' && !('staff' in principal.groups)`,
  ],
  ['the first step by name or as `restart`', 'onFail: userQuery', 'onFail: restart'],
  ['the end written out', 'unused: x }\n', 'unused: x }\n  - currentPassword:\n    onFail: end\n', 'unused: x }\n  - currentPassword\n'],
  ['the order of what is ensured', '[notify, revokeSessions]', '[revokeSessions, notify]'],
  ['what is ensured as a block', '[notify, revokeSessions]', '\n  - notify\n  - revokeSessions'],
  ['a title', 'title: Reset', 'title: Other'],
  ['a title by language', 'title: Reset', 'title: { en: Reset, de: Neu }'],
  ['a title of a step', 'id: app', 'id: app\n    title: { en: App, fr: App }'],
  ['the order of inputs', '{ length: 8, mode: a, unused: x }', '{ mode: a, unused: x, length: 8 }'],
  ['inputs as a block', '{ length: 8, mode: a, unused: x }', '\n      length: 8\n      mode: "a"\n      unused: x'],
  ['a default of an input', ', unused: x }', ' }'],
  ['an input that nothing asks for', 'unused: x }', 'unused: y }'],
  ['the name of a fragment', 'fragment: part', 'fragment: other'],
  ['the order of the keys of a fragment', PART, `${PART.slice(PART.indexOf('steps:'))}${PART.slice(0, PART.indexOf('steps:'))}`],
  ['a value in the place of an input', '"${inputs.length}"', '8'],
  ['a condition that inputs have decided', `    when: inputs.mode == 'a' || has(principal.phone)\n`, ''],
  ['a step that inputs leave out', `  - totp:\n    when: inputs.mode == 'b'\n`, ''],
] as const)('%s is wording, and not part of the hash', ([, from, to, instead]) => {
  const base = hashOf(instead === undefined ? BASE : changed(from, instead))
  expect(base).toMatch(/^[\w-]{43}$/)
  expect(hashOf(changed(from, to))).toBe(base)
})

test.for([
  ['another value in a condition', `state == 'active'`, `state == 'locked'`],
  ['a negated condition', `size(principal.kba) >= 2`, `"!(size(principal.kba) >= 2)"`],
  ['another bound', `size(principal.kba) >= 2`, `size(principal.kba) >= 1`],
  ['another connective', `'active' && !`, `'active' || !`],
  ['a condition less', `        when: has(principal.phone)\n`, ''],
  ['a condition more', '{ ask: 2 }\n', '{ ask: 2 }\n    when: has(principal.locale)\n'],
  ['another target', 'onFail: emailValidation\n  - choose', 'onFail: userQuery\n  - choose'],
  ['an option that goes back further', 'onFail: choose', 'onFail: userQuery'],
  ['an option that ends', '        onFail: choose\n', '        onFail: end\n'],
  ['a choice that ends', '    onFail: userQuery\n', ''],
  ['something less that is ensured', '[notify, revokeSessions]', '[notify]'],
  ['something more that is ensured', '[notify, revokeSessions]', '[notify, revokeSessions, clearLockout]'],
  ['an input that is a setting', 'length: 8', 'length: 9'],
  ['an input that takes a step in', 'mode: a', 'mode: b'],
  ['the condition of an include', '    when: has(principal.mail)\n', ''],
  ['the id of an include', 'id: part', 'id: other'],
  ['a setting in the fragment', 'expires: 10m', 'expires: 9m'],
  ['a step less in the fragment', '  - kba: { ask: 2 }\n    onFail: emailValidation\n', ''],
  ['a target in the fragment', '{ ask: 2 }\n    onFail: emailValidation\n', '{ ask: 2 }\n'],
] as const)('%s is behaviour, and changes the hash', ([, from, to]) => {
  const hash = hashOf(changed(from, to))
  expect(hash).toMatch(/^[\w-]{43}$/)
  expect(hash).not.toBe(hashOf(BASE))
})

test('a fragment that moves to another folder leaves the hash as it is', () => {
  const moved = { ...BASE, flow: FLOW.replace('./shared/part.yaml', './of-all/confirm.yaml'), at: 'of-all/confirm.yaml' }
  expect(hashOf(moved)).toBe(hashOf(BASE))
})

test('steps that move into a fragment are other steps: their ids have the name of the include before them', () => {
  const apart = hashOf({ ...BASE, flow: 'flow: a\nsteps: [userQuery, emailValidation, reset]\n' })
  const flow = 'flow: a\nsteps:\n  - userQuery\n  - { include: ./shared/part.yaml, id: part }\n  - reset\n'
  const moved = hashOf({ ...BASE, flow, part: 'fragment: part\nsteps: [emailValidation]\n' })
  expect(moved).toMatch(/^[\w-]{43}$/)
  expect(moved).not.toBe(apart)
})

const hashOfLines = (files: ReadonlyMap<string, string>): string | undefined => compiled(files)?.hash

function compiled(files: ReadonlyMap<string, string>): CompiledFlow | undefined {
  return compileFlows(
    [...files].map(([path, text]) => new SourceFile(path, text)),
    oracleRegistry,
  ).flows[0]
}

/** Other blanks, quotes and parentheses in conditions, modifiers in another order, comments and other ends of lines. */
function reworded(text: string): string {
  const lines = text.split('\n').map((line) => {
    const [, before = '', condition] = /^(.*when: )(".*")$/.exec(line) ?? []
    if (condition === undefined) return line
    const words = String(JSON.parse(condition))
    const quoted = words.replaceAll(/["']/g, (quote) => (quote === '"' ? "'" : '"')).replaceAll('&&', '  && ')
    return `${before}${JSON.stringify(` (( ${quoted} ) ) `)}`
  })
  const turned = lines.join('\n').replaceAll(/^( +when: .*)\n( +onFail: .*)$/gm, '$2\n$1')
  return `# written again\n${turned}`.replaceAll('\n', '\r\n')
}

test('no flow changes its hash by being written otherwise, and each does by a condition that is turned round', () => {
  const seen = { alike: 0, turned: 0 }
  fc.assert(
    fc.property(generated, ({ flow, spelling }) => {
      const files = write(flow, spelling)
      const hash = hashOfLines(files)
      if (hash === undefined) return
      expect(hashOfLines(new Map([...files].map(([path, text]) => [path, reworded(text)])))).toBe(hash)
      seen.alike += 1
      for (const other of turnedRound(flow)) {
        const otherHash = hashOfLines(write(other, spelling))
        expect(otherHash).not.toBe(hash)
        if (otherHash !== undefined) seen.turned += 1
      }
    }),
    { numRuns: 600 },
  )
  expect([seen.alike > 50, seen.turned > 20]).toEqual([true, true])
}, 60_000)

/** The flow with each of its own conditions negated. */
function turnedRound({ items, ...rest }: Flow): readonly Flow[] {
  return items.flatMap((item, at): readonly Flow[] => {
    if (!item.when) return []
    const turned: Item = { ...item, when: { ask: 'not', of: item.when } }
    return [{ ...rest, items: items.toSpliced(at, 1, turned) }]
  })
}
