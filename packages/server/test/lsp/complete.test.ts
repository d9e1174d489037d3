import { createRegistry, flowSchema } from '@rekey/core'
import { builtInSteps } from '@rekey/steps'
import { expect, test } from 'vitest'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { dialects } from '../../src/dialects/index.js'
import { complete } from '../../src/lsp/complete.js'
import { definition } from '../../src/lsp/definition.js'
import { hover } from '../../src/lsp/hover.js'

const schema = flowSchema(createRegistry([builtInSteps], dialects))
const fragments = ['./shared/confirm.yaml']

/** A document with the cursor where `|` stands. */
function at(marked: string): { readonly document: TextDocument; readonly offset: number } {
  const offset = marked.indexOf('|')
  return { document: TextDocument.create('file:///flows/a.yaml', 'yaml', 1, marked.replace('|', '')), offset }
}

function labels(marked: string): readonly string[] {
  const { document, offset } = at(marked)
  return complete(document, offset, { schema, fragments }).map(({ label }) => label)
}

/** The document after a proposal was taken. */
function taken(marked: string, label: string): string {
  const { document, offset } = at(marked)
  const item = complete(document, offset, { schema, fragments }).find((one) => one.label === label)
  const edit = item?.textEdit
  if (!edit || !('range' in edit)) throw new Error(`\`${label}\` was not proposed`)
  return TextDocument.applyEdits(document, [edit])
}

test('keys of a flow are proposed, without those that stand there', () => {
  const all = labels('|')
  expect(all).toEqual(expect.arrayContaining(['flow', 'speaks', 'expires', 'unknownAccount', 'require', 'limits', 'allow', 'steps']))
  const rest = labels('flow: a\n|\nsteps: [userQuery]\n')
  expect(rest).not.toContain('flow')
  expect(rest).not.toContain('steps')
  expect(rest).toContain('expires')
})

test('every step type is proposed as a step, and a choice', () => {
  const found = labels('flow: a\nsteps:\n  - |')
  expect(found).toEqual(expect.arrayContaining([...builtInSteps.steps.map(({ type }) => type), 'choose']))
})

test.for([
  ['settings of the step, in a block', 'steps:\n  - kba:\n      |', 'ask'],
  ['settings of the step, in brackets', 'steps:\n  - kba: { | }', 'ask'],
  ['settings of an option', 'steps:\n  - choose:\n      - emailValidation: { |', 'expires'],
  ['modifiers', 'steps:\n  - kba: { ask: 2 }\n    |', 'attempts'],
  ['values of a key', 'flow: a\nunknownAccount: |', 'reveal'],
  ['values behind a bare colon', 'flow: a\nunknownAccount:|', 'reveal'],
  ['a default', 'flow: a\nexpires: |', '15m'],
  ['values of a list of settings', 'steps:\n  - userQuery: { fields: [|] }', 'mail'],
  ['dialects in a list', 'speaks: [|]', 'forgerock'],
  ['dialects as keys', 'speaks:\n  |', 'cidaas'],
  ['slots of a dialect', 'speaks:\n  cidaas: |', 'change'],
  ['options of a dialect', 'speaks:\n  forgerock: { |', 'as'],
  ['codes that can be accepted', 'allow:\n  - code: |', 'questions-alone'],
  ['ids of steps to accept at', 'steps:\n  - userQuery\n  - kba: {}\n    id: ask\nallow:\n  - code: questions-alone\n    at: |', 'ask'],
  ['earlier steps to go back to', 'steps:\n  - userQuery\n  - kba:\n    onFail: |', 'userQuery'],
  ['words to go back by', 'steps:\n  - userQuery\n  - kba:\n    onFail: |', 'restart'],
  ['fragments', 'steps:\n  - include: |', './shared/confirm.yaml'],
  ['in a file that is no YAML', 'flow: [a\nsteps:\n  - kba: { ask: 2\n  - "x\n  - em|', 'emailValidation'],
] as const)('proposes %s', ([, marked, label]) => {
  expect(labels(marked)).toContain(label)
})

test.for([
  ['a later step to go back to', 'steps:\n  - userQuery\n  - kba:\n    onFail: |\n  - reset', 'reset'],
  ['itself to go back to', 'steps:\n  - userQuery\n  - kba:\n    onFail: |\n  - reset', 'kba'],
  ['settings of another step', 'steps:\n  - kba:\n      |', 'fields'],
  ['what a list holds already', 'speaks: [forgerock, |]', 'forgerock'],
  ['a setting that is set', 'steps:\n  - kba: { ask: 2, | }', 'ask'],
  ['an error to accept', 'allow:\n  - code: |', 'unknown-step'],
] as const)('does not propose %s', ([, marked, label]) => {
  expect(labels(marked)).not.toContain(label)
})

test('nothing is proposed in comments and in texts of several lines', () => {
  expect(labels('flow: a # |')).toEqual([])
  expect(labels('title: >\n  some |')).toEqual([])
})

test.for([
  ['a key with its colon', 'spe|', 'speaks', 'speaks:'],
  ['a single key with a space', 'exp|', 'expires', 'expires: '],
  ['no second colon', 'exp|: 15m', 'expires', 'expires: 15m'],
  ['in place of the whole word', 'steps:\n  - ema|ilValidatoin\n', 'emailValidation', 'steps:\n  - emailValidation\n'],
  ['with the space that is missing', 'unknownAccount:|', 'reveal', 'unknownAccount: reveal'],
  ['behind characters of two units', 'title: 🙂🙂\nspeaks: [forgerock, |]', 'airlock', 'title: 🙂🙂\nspeaks: [forgerock, airlock]'],
] as const)('a proposal is written: %s', ([, marked, label, after]) => {
  expect(taken(marked, label)).toBe(after)
})

test('a proposal says what it means and what holds without it', () => {
  const { document, offset } = at('steps:\n  - emailValidation:\n      |')
  const item = complete(document, offset, { schema, fragments }).find(({ label }) => label === 'expires')
  expect(item).toMatchObject({ detail: 'string; default "10m"', documentation: { value: expect.stringContaining('code') as string } })
})

test.for([
  ['a key', 'flow: a\nexp|ires: 15m', 'Life of a conversation'],
  ['a step as a name', 'steps:\n  - user|Query', '**`userQuery`**'],
  ['a step with settings', 'steps:\n  - k|ba: { ask: 2 }', '- `ask`'],
  ['a setting', 'steps:\n  - kba: { as|k: 2 }', '**`ask`** integer'],
  ['a modifier', 'steps:\n  - kba: { ask: 2 }\n    att|empts: 3', 'default 5'],
  ['a code', 'allow:\n  - code: questions-|alone', 'warning: the flow is not served until'],
] as const)('a hover explains %s', ([, marked, words]) => {
  const { document, offset } = at(marked)
  expect(hover(document, offset, schema, () => undefined)?.contents).toMatchObject({ value: expect.stringContaining(words) as string })
})

test('a hover says nothing about what nobody has described, and repeats no value', () => {
  const { document, offset } = at('steps:\n  - trustedCaller: { secret: hun|ter2 }')
  expect(JSON.stringify(hover(document, offset, schema, () => undefined) ?? '')).not.toContain('hunter2')
  const blank = at('steps:\n|\n')
  expect(hover(blank.document, blank.offset, schema, () => undefined)).toBeUndefined()
})

test.for([
  ['an earlier step by its type', 'steps:\n  - userQuery\n  - kba:\n    onFail: user|Query\n', { line: 1, character: 4 }],
  ['a step by its id', 'steps:\n  - kba:\n    id: ask\nallow:\n  - code: x\n    at: a|sk\n', { line: 2, character: 8 }],
  ['an option of a choice', 'steps:\n  - choose: [totp, kba]\nallow:\n  - at: k|ba\n', { line: 1, character: 19 }],
  [
    'a step of a fragment, by its include',
    'steps:\n  - include: ./c.yaml\n    id: more\nallow:\n  - at: more.c|ode\n',
    { line: 2, character: 8 },
  ],
] as const)('the definition of %s is found', ([, marked, start]) => {
  const { document, offset } = at(marked)
  expect(definition(document, offset)).toMatchObject({ uri: document.uri, range: { start } })
})

test('the definition of an include is its file', () => {
  const { document, offset } = at('steps:\n  - include: ./shared/con|firm.yaml\n')
  expect(definition(document, offset)?.uri).toBe('file:///flows/shared/confirm.yaml')
})
