import { expect, test } from 'vitest'
import { securityPage, securityText, titlesOf, type SecurityLine } from '../../../../scripts/security-page.mjs'

const TITLES = [{ path: 'packages/core/test/a.test.ts', title: 'SEC-1 a door is shut', lines: [1] }]
const page = (...lines: readonly SecurityLine[]) => securityText([{ chapter: 'Doors', lines }], TITLES)

test('each line of the page has a test, a command or a reason', () => {
  const { path, text } = securityPage()
  expect(path).toBe('docs/security.md')
  expect([...text.matchAll(/^\| (\d+) \|/gm)].map(([, sec]) => Number(sec))).toEqual(Array.from({ length: 84 }, (_, at) => at + 1))
})

test('a line shows what holds it, and what is open', () => {
  expect(page({ sec: 1, holds: 'Doors are shut.', by: ['npm run doors'], gap: 'windows' })).toContain(
    '| 1 | Doors are shut. | `npm run doors`; [a: a door is shut](../packages/core/test/a.test.ts) | windows |',
  )
})

test.for<readonly [what: string, lines: readonly SecurityLine[], fault: string]>([
  [
    'a line that nothing holds',
    [
      { sec: 1, holds: '' },
      { sec: 2, holds: '' },
    ],
    'SEC-2: no test names it; write one, or say `not-yet` and why',
  ],
  ['a reason that is out of date', [{ sec: 1, holds: '', 'not-yet': 'no door' }], 'SEC-1: something holds it; what is missing is a `gap`'],
  ['a number that is left out', [{ sec: 2, holds: '', 'not-yet': 'no door' }], 'SEC-2 stands in the place of SEC-1'],
  ['a test of a line that is not there', [], 'packages/core/test/a.test.ts: there is no SEC-1, which `SEC-1 a door is shut` names'],
])('%s keeps the page from being written', ([, lines, fault]) => {
  expect(() => page(...lines)).toThrow(fault)
})

test.for<readonly [what: string, code: string, found: readonly (readonly [title: string, lines: readonly number[]])[]]>([
  ['a title', `test('shut (SEC-3)', () => {`, [['shut (SEC-3)', [3]]]],
  ['two lines in one title', 'describe(`SEC-3 SEC-14 of ${count}`, () => {', [['SEC-3 SEC-14 of ${count}', [3, 14]]]],
  ['a row of a table', `  ['it\\'s shut', 'a door (SEC-3)', 1],`, [['a door (SEC-3)', [3]]]],
  ['a comment', `const a = 'b' // SEC-3`, []],
  ['a longer word', `test('SEC-3a', f)`, []],
])('reads %s', ([, code, found]) => {
  expect(titlesOf([{ path: 'a.test.ts', text: code }]).map(({ title, lines }) => [title, lines])).toEqual(found)
})
