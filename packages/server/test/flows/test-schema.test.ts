import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isJsonObject, SourceFile } from '@rekey/core'
import { flowTestSchema, readTestFile } from '@rekey/core/flow-test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { ROOT } from './run-tests.js'

const validate = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allErrors: true }).compile(flowTestSchema())

async function testsBelow(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(ROOT, folder), { recursive: true })
  return names.filter((name) => name.endsWith('.test.yaml')).map((name) => join(folder, name))
}

test('every test that ships, or is an example, is as the schema says, and names it for editors', async () => {
  const files = [...(await testsBelow('flows')), ...(await testsBelow('examples/language'))]
  expect(files.length).toBeGreaterThan(25)
  for (const file of files) {
    const text = await readFile(join(ROOT, file), 'utf8')
    expect({ file, valid: validate(parse(text)), errors: validate.errors }).toEqual({ file, valid: true, errors: null })
    expect({ file, schema: join(file, '..', /\$schema=(\S+)/.exec(text)?.[1] ?? '') }).toEqual({
      file,
      schema: 'flows/flow-test.schema.json',
    })
  }
})

const PEOPLE = 'people: [{ userName: ada, mail: ada@example.org }]\n'

test.for([
  ['no cases', 'test: reset\n'],
  ['an unknown key', `test: reset\n${PEOPLE}case: []\ncases: []\n`],
  ['a person without a name', 'test: reset\npeople: [{ mail: ada@example.org }]\ncases: []\n'],
  ['an unknown state', 'test: reset\npeople: [{ userName: ada, state: looked }]\ncases: []\n'],
  ['a case without acts', 'test: reset\ncases: [{ name: x }]\n'],
  ['an unknown act', 'test: reset\ncases: [{ name: x, acts: [{ strat: }] }]\n'],
  ['an act that takes nothing', 'test: reset\ncases: [{ name: x, acts: [{ resend: now }] }]\n'],
  ['an unknown kind of question', 'test: reset\ncases: [{ name: x, acts: [{ start: , asks: cod }] }]\n'],
  ['an unknown problem', 'test: reset\ncases: [{ name: x, acts: [{ start: , problem: nope }] }]\n'],
  ['a wait without a unit', 'test: reset\ncases: [{ name: x, acts: [{ wait: 5 }] }]\n'],
  ['no times', 'test: reset\ncases: [{ name: x, acts: [{ start: , times: 0 }] }]\n'],
  ['an edit of a password', `test: reset\n${PEOPLE}cases: [{ name: x, acts: [{ edit: { ada: { password: x } } }] }]\n`],
  ['what is not unchanged', 'test: reset\ncases: [{ name: x, acts: [], expect: { unchanged: false } }]\n'],
  ['sessions in words', `test: reset\n${PEOPLE}cases: [{ name: x, acts: [], expect: { sessions: { ada: none } } }]\n`],
  ['a fact that nobody has', `test: reset\n${PEOPLE}cases: [{ name: x, acts: [], expect: { directory: { ada: { age: 1 } } } }]\n`],
] as const)('schema and reader both refuse %s', ([, text]) => {
  expect(validate(parse(text))).toBe(false)
  expect(readTestFile(new SourceFile('x.test.yaml', text)).diagnostics).not.toEqual([])
})

test('the schema describes every key of a story', () => {
  const { properties } = flowTestSchema()
  expect(
    isJsonObject(properties) && Object.values(properties).filter((one) => !isJsonObject(one) || typeof one['description'] !== 'string'),
  ).toEqual([])
})
