import { readFileSync } from 'node:fs'
import { DIAGNOSTIC_CODES } from '@rekey/core'
import { expect, test } from 'vitest'
import { explanationsFile, readExplanations } from '../../src/cli/explanations.js'
import { firstSentence, plainMarkdown } from '../../src/cli/plain-markdown.js'
import { run } from '../../src/cli/run.js'
import { CONFIG_CODES } from '../../src/config/codes.js'
import { capturedIo } from './captured-io.js'

async function rekey(...argv: readonly string[]) {
  const io = capturedIo('/')
  const code = await run(argv, io)
  return { code, ...io.written }
}

test('prints the page of a code as plain text', async () => {
  const { code, out, err } = await rekey('explain', 'unknown-step')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out.split('\n').slice(0, 12).join('\n')).toBe(`\`unknown-step\` (error)

No package has registered a step of this type. Until it is known, nothing can be said about what the flow proves, so that reports about
missing proof wait until it is repaired.

A flow that causes it

    flow: password-reset
    steps:
      - userQuery
      - emailValidatoin
      - reset`)
  expect(out).not.toContain('```')
})

test('takes a code as a report prints it', async () => {
  expect(await rekey('explain', 'error[unknown-step]')).toEqual(await rekey('explain', 'unknown-step'))
})

test('explains faults of the configuration', async () => {
  expect(await rekey('explain', 'config-unknown-key')).toEqual({
    code: 0,
    err: '',
    out: '`config-unknown-key` (error)\n\nThere is no such key.\n\nThe repair\n\nTake the near name the report offers, or delete the key. All keys stand in docs/configuration.md.\n',
  })
})

test.for([
  ['a misspelt code', 'unknwon-step', 'rekey: there is no code `unknwon-step`; did you mean `unknown-step`?\n'],
  ['a code that nothing is near', 'fingerprint', 'rekey: there is no code `fingerprint`; `rekey explain` lists all codes\n'],
  ['no name at all', '\u001B[2J', 'rekey: there is no code `·[2J`; `rekey explain` lists all codes\n'],
  ['a name of every object', 'constructor', 'rekey: there is no code `constructor`; `rekey explain` lists all codes\n'],
] as const)('%s is refused', async ([, asked, err]) => {
  expect(await rekey('explain', asked)).toEqual({ code: 2, out: '', err })
})

test('lists every code with its severity and a sentence', async () => {
  const { code, out } = await rekey('explain')
  const lines = out.trimEnd().split('\n')
  const codes = [...Object.keys(DIAGNOSTIC_CODES).toSorted(), ...Object.keys(CONFIG_CODES)]
  expect({ code, listed: lines.map((line) => line.split(' ')[0]) }).toEqual({ code: 0, listed: codes })
  expect(lines.filter((line) => !/^[a-z-]+ +(?:error|warning) +\S.*\.$/.test(line))).toEqual([])
})

test('what travels with the package is what stands in the repository', () => {
  expect(readFileSync(new URL('../../explanations.json', import.meta.url), 'utf8')).toBe(explanationsFile())
})

test('every page begins with a sentence that can stand in the list', () => {
  const sentences = [...readExplanations().values()].map(firstSentence)
  expect(sentences.filter((sentence) => sentence.length < 10 || sentence.length > 220)).toEqual([])
})

test('links keep their address, and colour changes headings only', () => {
  const page = '# A\n\nSee [the steps](steps.md).\n\n```yaml\n# no heading\n```\n'
  expect(plainMarkdown(page, { color: false })).toBe('A\n\nSee the steps (steps.md).\n\n    # no heading\n')
  expect(plainMarkdown(page, { color: true })).toBe('\u001B[1mA\u001B[22m\n\nSee the steps (steps.md).\n\n    # no heading\n')
})
