import { compileFlows, SourceFile, type Json, type JsonObject } from '@rekey/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { importProcess } from '../../src/import/forgerock/import-process.js'
import { importQuestions } from '../../src/import/forgerock/import-questions.js'
import { STAGES, UNRESOLVED } from '../../src/import/forgerock/stages.js'
import { registry } from '../types/modules.js'
import { ACTIVE, CAPTCHA, EMAIL, KBA, PARAMETERS, QUESTIONS, RESET, USER_QUERY } from './processes.js'

/** Pointers of scalars and of what holds nothing, found without the importer's help. */
function leaves(value: Json, at = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [at]
  const entries = Object.entries(value)
  if (entries.length === 0) return [at]
  return entries.flatMap(([name, member]) => leaves(member, `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`))
}

// What fast-check makes is JSON, by a type of its own that may be written to.
const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>
const name = fc.oneof(
  fc.constantFrom('a/b', '~', 'name', '', '__proto__', 'subject', 'kbaConfig', 'tokenExpiry'),
  fc.string({ maxLength: 12 }),
)
const members: fc.Arbitrary<JsonObject> = fc.dictionary(name, json, { maxKeys: 4 })
const known = fc.constantFrom(PARAMETERS, USER_QUERY, ACTIVE, EMAIL, QUESTIONS, CAPTCHA, RESET)
const stageName = fc.oneof(
  fc.constantFrom(...STAGES.keys(), ...UNRESOLVED.keys(), 'validateActiveAccount'),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const stage = fc.oneof(
  known,
  fc.tuple(known, members).map(([config, more]): JsonObject => ({ ...config, ...more })),
  fc.tuple(stageName, members).map(([of, more]): JsonObject => ({ ...more, name: of })),
  members,
)
const config = fc
  .tuple(fc.array(stage, { minLength: 1, maxLength: 6 }), members, members)
  .map(([stageConfigs, snapshotToken, rest]): JsonObject => ({
    ...rest,
    snapshotToken: { tokenExpiry: 300, ...snapshotToken },
    stageConfigs,
  }))

test('every leaf of a process is carried over or told, and none is both', () => {
  fc.assert(
    fc.property(config, (given) => {
      const { carried, leftOut } = importProcess('reset', given, 1)
      expect([...carried, ...leftOut.map(({ at }) => at)].toSorted()).toEqual([...leaves(given)].toSorted())
    }),
    { numRuns: 2000 },
  )
})

test('every leaf of the questions is carried over or told', () => {
  fc.assert(
    fc.property(members, (more) => {
      const given = { ...KBA, ...more }
      const { carried, leftOut } = importQuestions(given)
      expect([...carried, ...leftOut.map(({ at }) => at)].toSorted()).toEqual([...leaves(given)].toSorted())
    }),
    { numRuns: 500 },
  )
})

test('whatever the process holds, what is written is YAML of the same steps, and compiles only when nothing is unresolved', () => {
  fc.assert(
    fc.property(config, (given) => {
      const { id, text, unresolved } = importProcess('reset', given)
      const { flows, diagnostics } = compileFlows([new SourceFile(`${id}.yaml`, text)], registry)
      expect(diagnostics.filter(({ code }) => code.startsWith('yaml-') || code === 'unknown-key' || code === 'missing-space')).toEqual([])
      if (unresolved.length > 0) expect(flows).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('what counts as carried over stands in the flow', () => {
  const marks = { link: 'https://marked.example/#/', parameter: 'markedParameter' }
  const given: JsonObject = {
    stageConfigs: [
      { ...PARAMETERS, parameterNames: [marks.parameter] },
      USER_QUERY,
      { ...EMAIL, verificationLink: marks.link },
      { ...QUESTIONS, numberOfQuestionsUserMustAnswer: 7 },
      RESET,
    ],
    snapshotToken: { tokenExpiry: 421 },
  }
  const { text, carried } = importProcess('marked', given)
  const values = carried
    .filter((at) => !at.endsWith('/name'))
    .map((at) =>
      at
        .split('/')
        .slice(1)
        .reduce<Json | undefined>((value, part) => (value as JsonObject | undefined)?.[part], given),
    )
  expect(values).toEqual([marks.parameter, 'userName', 'mail', 'givenName', 'sn', marks.link, 7, 421])
  for (const mark of [marks.parameter, marks.link, 'ask: 7', 'expires: 421s', '[userName, mail, givenName, surname]'])
    expect(text).toContain(mark)
})
