import { describe, expect, test } from 'vitest'
import { compileFlows, createRegistry, definePlugin, defineStep, done, printText, SourceFile } from '../../src/index.js'
import { registry as base } from './registry.js'

const lookup = defineStep({
  type: 'lookup',
  version: 1,
  description: 'Asks another system, without a word to the person',
  settings: {
    apiKey: { type: 'string', secret: true, optional: true, description: 'Key of the other system' },
    size: { type: 'integer', minimum: 4, default: 8, description: 'A size' },
  },
  prepare: () => done(),
})
const registry = createRegistry([definePlugin({ name: 'all', steps: [...base.steps.values(), lookup] })], [...base.dialects.values()])

const SECRET = 'sEcReT-VaLuE-123'

function compile(files: Readonly<Record<string, string>>) {
  const { flows, diagnostics } = compileFlows(
    Object.entries(files).map(([path, text]) => new SourceFile(path, text)),
    registry,
  )
  const found = diagnostics.map(({ code, file, span }) => `${file.path} ${code} ${file.text.slice(span.start, span.end)}`)
  return { ids: flows.map(({ id }) => id), found, flows, text: printText(diagnostics) }
}

const fragment = (inputs: string, ...steps: readonly string[]): string =>
  `fragment: look\ninputs: ${inputs}\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`
const flow = (id: string, given: string): string =>
  `flow: ${id}\nsteps:\n  - userQuery\n  - emailValidation\n  - include: ./look.yaml\n    with: ${given}\n  - reset\n`

describe('a secret that is given as an input', () => {
  const takes = fragment('{ credential: string }', 'lookup: { apiKey: "${inputs.credential}" }')

  test('SEC-74 in clear is reported where it stands, and shown nowhere', () => {
    const { ids, found, text } = compile({ 'flow.yaml': flow('f', `{ credential: ${SECRET} }`), 'look.yaml': takes })
    expect(ids).toEqual([])
    expect(found).toEqual([`flow.yaml secret-in-file ${'*'.repeat(SECRET.length)}`])
    expect(text).not.toContain('VaLuE')
  })

  test('SEC-74 in clear is found through fragments inside one another', () => {
    const { found, text } = compile({
      'flow.yaml': flow('f', `{ outer: ${SECRET} }`).replace('./look.yaml', './outer.yaml'),
      'outer.yaml':
        'fragment: outer\ninputs: { outer: string }\nsteps:\n  - include: ./look.yaml\n    with: { credential: "${inputs.outer}" }\n',
      'look.yaml': takes,
    })
    expect(found).toEqual([`flow.yaml secret-in-file ${'*'.repeat(SECRET.length)}`])
    expect(text).not.toContain('VaLuE')
  })

  test('SEC-74 in clear is reported where it is the default', () => {
    const { found, text } = compile({
      'flow.yaml': flow('f', '{}'),
      'look.yaml': fragment(`{ credential: { type: string, default: ${SECRET} } }`, 'lookup: { apiKey: "${inputs.credential}" }'),
    })
    expect(found).toEqual([`look.yaml secret-in-file ${'*'.repeat(SECRET.length)}`])
    expect(text).not.toContain('VaLuE')
  })

  test('SEC-74 in clear is not said by what the fragment is at fault with either', () => {
    const { found, text } = compile({
      'flow.yaml': flow('f', `{ credential: ${SECRET} }`),
      'look.yaml': fragment(
        '{ credential: string }',
        'lookup: { apiKey: "${inputs.credential}" }',
        'kba:\n    when: principal.state == inputs.credential',
      ),
    })
    expect(found).toEqual([`flow.yaml secret-in-file ${'*'.repeat(SECRET.length)}`, 'look.yaml condition-type inputs.credential'])
    expect(text).not.toContain('VaLuE')
  })

  test('is a reference in the machine where a reference is given', () => {
    const { flows, found } = compile({ 'flow.yaml': flow('f', '{ credential: "${LOOKUP_KEY}" }'), 'look.yaml': takes })
    expect(found).toEqual([])
    expect(flows[0]?.machine.nodes[2]).toMatchObject({ settings: { apiKey: '${LOOKUP_KEY}' } })
  })
})

describe('a value that a setting refuses', () => {
  const takes = fragment('{ size: integer }', 'lookup: { size: "${inputs.size}" }')

  test('is the fault of the flow that gives it, and of no other flow with the same fragment', () => {
    const { ids, found } = compile({ 'bad.yaml': flow('bad', '{ size: 2 }'), 'good.yaml': flow('good', '{ size: 5 }'), 'look.yaml': takes })
    expect(ids).toEqual(['good'])
    expect(found).toEqual(['bad.yaml bad-setting 2'])
  })

  test('is no fault of a fragment that nobody includes, for nobody has given it', () => {
    const { found } = compile({
      'look.yaml': fragment(
        '{ size: integer, credential: string, state: string }',
        'lookup: { size: "${inputs.size}", apiKey: "${inputs.credential}" }',
        'kba:\n    when: principal.state == inputs.state',
      ),
    })
    expect(found).toEqual([])
  })
})

test('a flow is not served while a fragment on the way to its steps is at fault, though that has no steps of its own', () => {
  const { ids, found } = compile({
    'flow.yaml': flow('f', '{}').replace('./look.yaml', './outer.yaml'),
    'outer.yaml': 'fragment: outer\nbogus: 1\nsteps:\n  - include: ./look.yaml\n',
    'look.yaml': fragment('{}', 'lookup'),
  })
  expect([ids, found]).toEqual([[], ['outer.yaml unknown-key bogus']])
})
