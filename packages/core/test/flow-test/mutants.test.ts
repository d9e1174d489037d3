import { expect, test } from 'vitest'
import { compileFlows, hashMachine, SourceFile } from '../../src/index.js'
import { mutantsOf } from '../../src/flow-test/mutants.js'
import { weaker } from '../../src/flow-test/weaken.js'
import { registry } from '../compile/registry.js'

function mutants(text: string) {
  const file = new SourceFile('flow.yaml', text)
  const [flow] = compileFlows([file], registry).flows
  return { flow, mutants: mutantsOf({ file, registry, ...(flow && { machine: flow.machine }) }) }
}

const CHOICE = `flow: all
steps:
  - userQuery
  - choose:
      - emailValidation: { length: 10 }
        attempts: 2
      - emailValidation
        id: second
  - reset
`.replace('- emailValidation\n        id', '- emailValidation:\n        id')

test('a flow is made worse in one place at a time', () => {
  const { flow, mutants: made } = mutants(CHOICE)
  expect(flow?.id).toBe('all')
  const texts = made.map(({ text, file, span }) => `${file.positionAt(span.start).line}: ${text}`)
  expect(texts).toEqual([
    '3: delete `userQuery`',
    '3: `userQuery`: `fields` userName, mail, phone instead of userName, mail',
    '4: delete `choose`',
    '5: delete `emailValidation`',
    '5: `emailValidation`: `expires` 1200s instead of 10m',
    '5: `emailValidation`: `length` 4 instead of 10',
    '5: `emailValidation`: 4 attempts instead of 2',
    '7: delete `second`',
    '7: `second`: `expires` 1200s instead of 10m',
    '7: `second`: `length` 4 instead of 8',
    '7: `second`: 10 attempts instead of 5',
    '9: delete `reset`',
    '1: tell unknown people apart: `unknownAccount: reveal`',
    '1: let conversations live twice as long, 1800 s',
    '1: allow ten times the failed proofs of one person',
    '1: allow ten times the starts of one address',
    '1: allow ten times the messages of one conversation',
    '1: allow ten times the messages to one address',
    '1: do not ensure `notify`',
    '1: do not ensure `revokeSessions`',
  ])
})

test('every mutant that compiles is another machine, and only one thing of it is different', () => {
  const { flow, mutants: made } = mutants(CHOICE)
  const hashes = made.flatMap(({ source }) =>
    compileFlows([new SourceFile('flow.yaml', source)], registry).flows.map(({ machine }) => hashMachine(machine)),
  )
  expect(hashes.length).toBeGreaterThan(10)
  expect(new Set([...hashes, flow?.hash]).size).toBe(hashes.length + 1)
})

test('conditions are dropped and turned round, and failures made to end the conversation', () => {
  const file = new SourceFile(
    'flow.yaml',
    `flow: all
steps:
  - userQuery
  - emailValidation:
    when: has(principal.mail)
    onFail: restart
  - include: ./confirm.yaml
    when: false
`,
  )
  const made = mutantsOf({ file, registry })
  const byText = new Map(
    made.map(({ text, source, span }) => [text, { line: file.positionAt(span.start).line, item: JSON.parse(source).steps }]),
  )
  expect(byText.get('drop the condition of `emailValidation`')).toMatchObject({
    line: 5,
    item: [{}, { emailValidation: null, onFail: 'restart' }, {}],
  })
  expect(byText.get('drop the condition of `emailValidation`')?.item[1]).not.toHaveProperty('when')
  expect(byText.get('turn the condition of `emailValidation` round')?.item[1].when).toBe('!(has(principal.mail))')
  expect(byText.get('let a failure of `emailValidation` end the conversation')).toMatchObject({ line: 6 })
  expect(byText.get('let a failure of `emailValidation` end the conversation')?.item[1]).not.toHaveProperty('onFail')
  expect(byText.get('delete `./confirm.yaml`')?.item).toHaveLength(2)
  expect(byText.get('turn the condition of `./confirm.yaml` round')?.item[2].when).toBe(true)
})

test.for([
  ['a number goes to its least', 'length', { type: 'integer', minimum: 4, maximum: 12 }, 8, [4]],
  ['a number at its least stays', 'length', { type: 'integer', minimum: 4 }, 4, []],
  ['more skew is weaker', 'skewWindows', { type: 'integer', minimum: 0, maximum: 12 }, 1, [12]],
  ['a life is doubled', 'expires', { type: 'string', format: 'duration' }, '10m', ['1200s']],
  ['a switch is thrown', 'own', { type: 'boolean' }, false, [true]],
  ['each other word is taken', 'mode', { type: 'string', enum: ['a', 'b', 'c'] }, 'b', ['a', 'c']],
  ['a set is made whole', 'fields', { type: 'array', items: { type: 'string', enum: ['a', 'b'] } }, ['a'], [['a', 'b']]],
  ['a whole set stays', 'fields', { type: 'array', items: { type: 'string', enum: ['a', 'b'] } }, ['b', 'a'], []],
  ["a list of one's own is emptied", 'groups', { type: 'array', items: { type: 'string' } }, ['admins'], [[]]],
  ['a free text stays', 'template', { type: 'string' }, 'reset-code', []],
  ['a secret stays', 'secret', { type: 'string', secret: true }, '${X}', []],
] as const)('%s', ([, name, schema, value, expected]) => {
  expect(weaker(name, schema, typeof value === 'object' ? [...value] : value)).toEqual(expected)
})
