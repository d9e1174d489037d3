import { toJsonObject } from '../compile/node-json.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { TestPerson } from '../memory/test-person.js'
import type { JsonObject } from '../step/json.js'
import type { Entry, SyntaxNode } from '../syntax/node.js'
import { readKeys } from '../syntax/read-keys.js'
import { readBoolean, readChoice, readList, readMap, readText, reportWrongType } from '../syntax/read-value.js'

const TEXTS = [
  'id',
  'mail',
  'phone',
  'givenName',
  'surname',
  'locale',
  'password',
  'login',
  'domain',
  'principalName',
  'distinguishedName',
  'totp',
] as const

/** What a test may say of somebody. */
export const PERSON_KEYS = ['userName', ...TEXTS, 'state', 'groups', 'answers', 'mustChange', 'attributes'] as const

/** A person of a test: what any directory says of somebody, with secrets in clear. */
export type PersonOfTest = TestPerson & { readonly mustChange?: true; readonly attributes?: JsonObject }

/** Reads one of `people`. The directory's id is the user name unless the file says otherwise. */
export function readPerson(reporter: Reporter, item: SyntaxNode): PersonOfTest | undefined {
  if (item.is !== 'map') {
    reportWrongType(reporter, 'a person', item, 'a mapping such as `{ userName: ada, mail: ada@example.org }`')
    return undefined
  }
  const keys = readKeys(reporter, item, {
    of: 'a person',
    keys: PERSON_KEYS,
  })
  const read = <T>(key: string, reading: (entry: Entry) => T): T | undefined => {
    const entry = keys.get(key)
    return entry && reading(entry)
  }
  const text = (entry: Entry) => readText(reporter, entry)?.text
  const userName = read('userName', text)
  if (!keys.has('userName')) reporter.report('missing-key', item.entries[0]?.keySpan ?? item.span, 'a person has no `userName`')
  const texts = Object.fromEntries(TEXTS.map((key) => [key, read(key, text)]).filter(([, value]) => value !== undefined))
  const state = read('state', (entry) => readChoice(reporter, entry, ['active', 'locked', 'disabled']))
  const groups = read('groups', (entry) => textsIn(reporter, entry))
  const answers = read('answers', (entry) => answersIn(reporter, entry))
  const attributes = read('attributes', (entry) => readMap(reporter, entry, 'a mapping of names to values'))
  const mustChange = read('mustChange', (entry) => readBoolean(reporter, entry))
  if (userName === undefined) return undefined
  return {
    id: userName,
    ...texts,
    userName,
    ...(state && { state }),
    ...(groups && { groups }),
    ...(answers && { answers }),
    ...(attributes && { attributes: toJsonObject(attributes) }),
    ...(mustChange === true && { mustChange }),
  }
}

/** A list of texts; one text is a list of one. */
export function textsIn(reporter: Reporter, entry: Entry): readonly string[] {
  const nodes = entry.value.is === 'list' ? entry.value.items : [entry.value]
  return nodes.flatMap((value) => readText(reporter, { ...entry, value })?.text ?? [])
}

type GivenAnswers = NonNullable<TestPerson['answers']>

function answersIn(reporter: Reporter, entry: Entry): GivenAnswers {
  const list = readList(reporter, entry, 'a list of `{ question, answer }`')
  return (list?.items ?? []).flatMap((item): GivenAnswers => {
    if (item.is !== 'map') {
      reportWrongType(reporter, 'an answer', item, 'a mapping with `question` and `answer`')
      return []
    }
    const keys = readKeys(reporter, item, { of: 'an answer', keys: ['question', 'ownQuestion', 'answer'] })
    const [question, ownQuestion, answer] = ['question', 'ownQuestion', 'answer'].map((key) => {
      const found = keys.get(key)
      return found && readText(reporter, found)?.text
    })
    if (answer !== undefined && question !== undefined) return [{ question, answer }]
    if (answer !== undefined && ownQuestion !== undefined) return [{ ownQuestion, answer }]
    const whole = keys.has('answer') && (keys.has('question') || keys.has('ownQuestion'))
    if (!whole)
      reporter.report(
        'missing-key',
        item.entries[0]?.keySpan ?? item.span,
        'an answer has a `question`, or an `ownQuestion`, and an `answer`',
      )
    return []
  })
}
