import { toJson } from '../compile/node-json.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { createReporter, type Reporter } from '../diagnostics/reporter.js'
import type { SourceFile } from '../source/source-file.js'
import type { Entry, MapNode, Named, SyntaxNode } from '../syntax/node.js'
import { readKeys } from '../syntax/read-keys.js'
import { readChoice, readList, readMap, readText, reportWrongType, textOf } from '../syntax/read-value.js'
import { readYaml } from '../syntax/read-yaml.js'
import { asTestFault } from './codes.js'
import { knownPeople } from './known-people.js'
import { readAct } from './read-act.js'
import { readCaseExpectation } from './read-case-expectation.js'
import { readPerson } from './read-person.js'
import type { FlowTestFile, TestCase } from './test-file.js'

/** Keys of a file of tests, and of a case. */
export const FILE_KEYS = ['test', 'on', 'people', 'questions', 'secrets', 'cases'] as const
export const CASE_KEYS = ['name', 'on', 'validators', 'acts', 'expect'] as const

/** A file of tests as far as it could be read, and every fault found in it. A file with a fault is not played. */
export interface ReadTestFile {
  readonly test: FlowTestFile | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads a file of tests: text, YAML, shape, people. Which flows and dialects there are is not its business. */
export function readTestFile(file: SourceFile): ReadTestFile {
  const reporter = createReporter(file)
  const root = readYaml(reporter)
  const test = root && readRoot(reporter, root)
  const diagnostics = [...reporter.findings.map(({ diagnostic }) => asTestFault(diagnostic)), ...(test ? knownPeople(test) : [])]
  return { test: diagnostics.length > 0 ? undefined : test, diagnostics }
}

function readRoot(reporter: Reporter, root: SyntaxNode): FlowTestFile | undefined {
  if (root.is !== 'map') {
    reportWrongType(reporter, 'a file of tests', root, 'a mapping with `test`, `people` and `cases`')
    return undefined
  }
  const keys = readKeys(reporter, root, { of: 'a file of tests', keys: FILE_KEYS })
  for (const key of ['test', 'cases']) if (!keys.has(key)) reportMissing(reporter, root, `a file of tests names no \`${key}\``)
  const read = <T>(key: string, reading: (entry: Entry) => T): T | undefined => {
    const entry = keys.get(key)
    return entry && reading(entry)
  }
  const people = read('people', (entry) => items(reporter, entry, 'a list of people').flatMap((item) => readPerson(reporter, item) ?? []))
  const on = read('on', (entry) => readText(reporter, entry))
  const asked = new Set((people ?? []).flatMap(({ answers = [] }) => answers.flatMap((one) => ('question' in one ? [one.question] : []))))
  return {
    file: reporter.file,
    flows: read('test', (entry) => namesIn(reporter, entry)) ?? [],
    people: people ?? [],
    // A question that somebody has answered is one of the configuration.
    questions: new Map([
      ...[...asked].map((id) => [id, { en: id }] as const),
      ...(read('questions', (entry) => readQuestions(reporter, entry)) ?? []),
    ]),
    secrets: read('secrets', (entry) => readTexts(reporter, entry)) ?? new Map<string, string>(),
    cases: read('cases', (entry) => items(reporter, entry, 'a list of cases').flatMap((item) => readCase(reporter, item, on) ?? [])) ?? [],
  }
}

function readCase(reporter: Reporter, item: SyntaxNode, fileOn: Named | undefined): TestCase | undefined {
  if (item.is !== 'map') {
    reportWrongType(reporter, 'a case', item, 'a mapping with `name` and `acts`')
    return undefined
  }
  const keys = readKeys(reporter, item, { of: 'a case', keys: CASE_KEYS })
  for (const key of ['name', 'acts']) if (!keys.has(key)) reportMissing(reporter, item, `a case has no \`${key}\``)
  const [nameEntry, onEntry, actsEntry, expectEntry, validatorsEntry] = ['name', 'on', 'acts', 'expect', 'validators'].map((key) =>
    keys.get(key),
  )
  const name = nameEntry && readText(reporter, nameEntry)
  const on = (onEntry && readText(reporter, onEntry)) ?? fileOn
  const acts = actsEntry && items(reporter, actsEntry, 'a list of acts').flatMap((act) => readAct(reporter, act) ?? [])
  const expectation = expectEntry && readMap(reporter, expectEntry, 'a mapping such as `messages: []`')
  return {
    name: name?.text ?? '',
    span: name?.span ?? item.span,
    ...(on && { on }),
    validators: new Map(validatorsEntry && readVerdicts(reporter, validatorsEntry)),
    acts: acts ?? [],
    expect: expectation ? readCaseExpectation(reporter, expectation) : {},
  }
}

function readVerdicts(reporter: Reporter, entry: Entry): readonly (readonly [string, boolean])[] {
  const map = readMap(reporter, entry, 'a mapping of validators to `agrees` or `refuses`')
  return (map?.entries ?? []).map((one) => [one.key, readChoice(reporter, one, ['agrees', 'refuses']) !== 'refuses'])
}

/** One name, or a list of names. */
function namesIn(reporter: Reporter, entry: Entry): readonly Named[] {
  const nodes = entry.value.is === 'list' ? entry.value.items : [entry.value]
  return nodes.flatMap((value) => readText(reporter, { ...entry, value }) ?? [])
}

function readQuestions(reporter: Reporter, entry: Entry): ReadonlyMap<string, { readonly [language: string]: string }> {
  const map = readMap(reporter, entry, 'a mapping of ids to texts')
  return new Map(
    (map?.entries ?? []).map((one) => {
      const text = textOf(one.value)
      return [one.key, text ? { en: text.text } : Object.fromEntries(readTexts(reporter, one))] as const
    }),
  )
}

function readTexts(reporter: Reporter, entry: Entry): ReadonlyMap<string, string> {
  const map = readMap(reporter, entry, 'a mapping of names to texts')
  return new Map((map?.entries ?? []).flatMap((one) => (toJson(one.value) === '' ? [[one.key, '']] : textEntry(reporter, one))))
}

function textEntry(reporter: Reporter, entry: Entry): readonly (readonly [string, string])[] {
  const text = readText(reporter, entry)
  return text ? [[entry.key, text.text]] : []
}

function items(reporter: Reporter, entry: Entry, wanted: string): readonly SyntaxNode[] {
  return readList(reporter, entry, wanted)?.items ?? []
}

function reportMissing(reporter: Reporter, map: MapNode, message: string): void {
  reporter.report('missing-key', map.entries[0]?.keySpan ?? map.span, message)
}
