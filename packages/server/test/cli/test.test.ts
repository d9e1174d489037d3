import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TEST_CODES } from '@rekey/core/flow-test'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { capturedIo } from './captured-io.js'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

const FLOW = `flow: reset
steps:
  - userQuery
  - emailValidation
  - reset
`

const PEOPLE = `people:
  - { userName: ada, mail: ada@example.org, phone: '+41790000000', password: an old secret of Ada }
`

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-test-'))
})
afterAll(() => rm(cwd, { recursive: true }))

let count = 0

/** A folder of its own with these files. */
async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  count += 1
  const folder = join(cwd, String(count))
  await mkdir(folder)
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

async function rekeyTest(folder: string, ...argv: readonly string[]) {
  const io = capturedIo(folder)
  const code = await run(['test', ...argv], io)
  return { code, ...io.written }
}

/** A folder with the flow and one case, played. */
async function play(acts: string, { flow = FLOW, more = '' } = {}, ...argv: readonly string[]) {
  const tests = `test: reset\non: forgerock\n${PEOPLE}cases:\n  - name: the case\n    acts:\n${acts}${more}`
  return rekeyTest(await folderOf({ 'reset.yaml': flow, 'reset.test.yaml': tests }), 'reset.test.yaml', ...argv)
}

const WHOLE = `      - start: { answers: [ada] }
      - answer: $code
      - answer: a new secret for Ada
        ends: completed
`

describe('a case', () => {
  test('that holds is told, with what was covered', async () => {
    expect(await play(WHOLE)).toEqual({
      code: 0,
      err: '',
      out: `reset.test.yaml: reset over forgerock
  ok    the case

1 flow, 1 case, none failed, 3 of 3 steps, 0 of 0 branches
`,
    })
  })

  test('that does not hold shows its place, what came instead, and the story so far', async () => {
    const { code, out } = await play('      - start: { answers: [ada] }\n        asks: newPassword\n')
    expect(code).toBe(1)
    expect(out).toBe(`reset.test.yaml: reset over forgerock
  FAIL  the case

reset.test.yaml:9:15 error[test-failed]: expected asks newPassword; got asks code (emailValidation)
  |
8 |       - start: { answers: [ada] }
9 |         asks: newPassword
  |               ^^^^^^^^^^^ expected
  = docs: docs/flow-tests.md
story so far:
  8: start -> asks code (emailValidation), sends reset-code to ada@example.org


1 flow, 1 case, 1 failed, 2 of 3 steps, 0 of 0 branches
`)
  })

  test.for([
    ['a problem nobody expects', '      - start: { answers: [ada, x] }\n', 'expected no problem; got refused code-mismatch'],
    [
      'a refusal that does not come',
      '      - start: { answers: [ada] }\n        refused: code-mismatch\n',
      'expected refused code-mismatch; got asks code',
    ],
    [
      'a refusal for another reason',
      '      - start: { answers: [ada, x] }\n        refused: policy\n',
      'expected refused policy; got refused code-mismatch',
    ],
    [
      'another problem',
      '      - start: { bearer: x }\n        problem: caller-refused\n',
      'expected problem caller-refused; got asks identifier',
    ],
    ['an end that is not there', '      - start:\n        ends: completed\n', 'expected ends completed; got asks identifier'],
    ['another step', '      - start:\n        asks: { step: kba }\n', 'expected step: "kba"; got step: "userQuery"'],
    ['a message that is not sent', '      - start:\n        sends: reset-code\n', 'expected the message reset-code; got no message'],
    [
      'a message that nobody expects',
      '      - start: { answers: [ada] }\n        sends: nothing\n',
      'expected no message; got reset-code to ada@example.org',
    ],
    [
      'a code of another length',
      '      - start: { answers: [ada] }\n        sends: { length: 6 }\n',
      'expected the message of any template with a code of 6; got reset-code to ada@example.org by email, with a code of 8, with a link',
    ],
    ['a change that must not be', `${WHOLE}        unchanged: true\n`, 'expected no credential is set; got set: that of ada'],
    ['an output that is not there', `${WHOLE}        outputs: { who: ada }\n`, 'expected the output who: "ada"; got no output who'],
    ['an answer before anything is asked', '      - answer: x\n', 'expected `answer` can be done; got no question is open'],
    [
      'a code that was never sent',
      '      - start: { answers: [nobody] }\n      - answer: $code\n',
      'got no message with a code has been sent',
    ],
    ['an option that is not offered', '      - start:\n      - choose: kba\n', 'expected no problem; got problem out-of-turn'],
  ] as const)('fails for %s', async ([, acts, words]) => {
    const { code, out } = await play(acts)
    expect({ code, says: out.includes(words) ? words : out }).toEqual({ code: 1, says: words })
  })

  test.for([
    ['messages', 'messages: nothing', 'expected no message; got reset-code to ada@example.org, password-changed to ada@example.org'],
    ['audit', 'audit: [changed, passed emailValidation]', 'expected the event passed emailValidation; got ended reset completed'],
    [
      'never',
      'never: [changed reset]',
      'expected never changed reset; got started, opened userQuery, named userQuery, opened emailValidation, sent, ',
    ],
    ['directory', 'directory: { ada: { password: another } }', 'expected ada has password: "another"; got another password was set'],
    ['an unchanged person', 'directory: { ada: unchanged }', 'expected ada is unchanged; got the password was set'],
    ['a state', 'directory: { ada: { state: locked } }', 'expected ada has state: "locked"; got state: "active"'],
    ['unchanged', 'unchanged: true', 'expected no credential is set; got set: that of ada'],
  ] as const)('fails at its end for %s', async ([, expectation, words]) => {
    const { code, out } = await play(WHOLE, { more: `    expect: { ${expectation} }\n` })
    expect({ code, says: out.includes(words) ? words : out }).toEqual({ code: 1, says: words })
  })

  test('sees nothing of the case before it', async () => {
    const { code, out } = await play(WHOLE, {
      more: `  - name: the password is the old one again\n    acts: [{ start: }]\n    expect: { directory: { ada: { password: an old secret of Ada } } }\n`,
    })
    expect({ code, out: out.match(/ok {4}.*/g) }).toEqual({ code: 0, out: ['ok    the case', 'ok    the password is the old one again'] })
  })

  test('tells a request that is sent again from a new one', async () => {
    const acts = `      - start: { answers: [ada] }
      - answer: '0000'
        refused: code-mismatch
      - again:
        times: 20
        refused: code-mismatch
        asks: code
      - answer: $code
        asks: newPassword
`
    expect((await play(acts)).code).toBe(0)
  })

  test('goes on where a link was followed, with a dialect that opens lazily', async () => {
    const flow = `flow: reset\nspeaks: { centrify: forgot }\nsteps:\n  - userQuery\n  - emailValidation\n  - reset\n`
    const tests = `test: reset
${PEOPLE}cases:
  - name: the link is followed while the client waits
    acts:
      - start: { answers: [ada] }
        asks: { kind: code, opened: false }
        sends: nothing
      - open:
        asks: { opened: true }
        sends: reset-code
      - poll
      - approve
      - poll:
        asks: newPassword
      - cancel:
        ends: cancelled
`
    const { code, out } = await rekeyTest(await folderOf({ 'reset.yaml': flow, 'reset.test.yaml': tests }), '.')
    expect({ code, out: out.match(/(?:ok|FAIL) .*|expected .*/g) }).toEqual({
      code: 0,
      out: ['ok    the link is followed while the client waits'],
    })
  })
})

test('branches that no case takes are listed', async () => {
  const flow = `flow: reset\nspeaks: [airlock]\nsteps:\n  - userQuery\n  - choose: [emailValidation, smsValidation: { length: 8 }]\n  - reset\n`
  const tests = `test: reset\n${PEOPLE}cases:\n  - name: by mail\n    acts:\n      - start: { answers: [ada] }\n      - choose: emailValidation\n      - answer: $code\n      - answer: a new secret for Ada\n`
  const { code, out } = await rekeyTest(
    await folderOf({
      'reset.yaml': flow.replace('smsValidation: { length: 8 }', '{ smsValidation: { length: 8 } }'),
      'reset.test.yaml': tests,
    }),
    '.',
    '--coverage',
  )
  expect(code).toBe(0)
  expect(out.slice(out.indexOf('\nreset:'))).toBe(`
reset: 3 of 4 steps, 1 of 2 branches
  in no test: the step \`smsValidation\` is entered
  in no test: the option \`smsValidation\` is picked

1 flow, 1 case, none failed, 3 of 4 steps, 1 of 2 branches
`)
})

test('conditions and returns count as branches, and what drops them is noticed', async () => {
  const flow = `flow: reset
steps:
  - userQuery
  - emailValidation:
    attempts: 2
    onFail: restart
  - kba:
    when: "'staff' in principal.groups"
  - reset
`
  const tests = `test: reset
on: forgerock
people:
  - { userName: ada, mail: ada@example.org, groups: [staff], answers: [{ question: pet, answer: Rex }], password: an old secret of Ada }
  - { userName: bob, mail: bob@example.org, password: an old secret of Bob }
cases:
  - name: staff are asked more
    acts:
      - start: { answers: [ada] }
      - answer: $code
        asks: { kind: answers, questions: [pet] }
      - answer: { pet: rex }
        asks: newPassword
  - name: others are not
    acts:
      - start: { answers: [bob] }
      - answer: $code
        asks: newPassword
`
  const back = `  - name: who fails begins again
    acts:
      - start: { answers: [bob] }
      - answer: $wrong
        times: 2
        asks: identifier
`
  const without = await rekeyTest(await folderOf({ 'reset.yaml': flow, 'reset.test.yaml': tests }), '.', '--coverage', '--mutate')
  expect(without.code).toBe(0)
  expect(without.out).toContain('\nreset: 4 of 4 steps, 2 of 3 branches\n  in no test: a failure of `emailValidation` leads back\n')
  expect(without.out).toContain('survived: let a failure of `emailValidation` end the conversation (reset.yaml:6:5)')
  expect(without.out).not.toContain('condition')
  const whole = await rekeyTest(await folderOf({ 'reset.yaml': flow, 'reset.test.yaml': tests + back }), '.', '--mutate')
  expect(whole.code).toBe(0)
  expect(whole.out).toContain('3 of 3 branches')
  expect(whole.out).not.toContain('let a failure')
})

test('a dry run writes nothing and lists what it would', async () => {
  const { code, out } = await play(WHOLE, { more: '    expect: { directory: { ada: { password: a new secret for Ada } } }\n' }, '--dry')
  expect({ code, out }).toEqual({
    code: 0,
    out: `reset.test.yaml: reset over forgerock
  ok    the case
      would send \`reset-code\` by email to ada@example.org
      would set the password of ada
      would send \`password-changed\` by email to ada@example.org

1 flow, 1 case, none failed, 3 of 3 steps, 0 of 0 branches
`,
  })
})

test('mutants that no case notices are listed with their line, those noticed are not', async () => {
  const { code, out } = await play(WHOLE.replace('[ada] }', '[ada] }\n        sends: { length: 8, link: true }'), {}, '--mutate')
  expect(code).toBe(0)
  expect(out).toMatch(/^reset: [1-9]\d* of \d+ mutants killed; [1-9]\d* more do not compile, 1 behave alike$/m)
  expect(out).toContain('  survived: `emailValidation`: 10 attempts instead of 5 (reset.yaml:4:5)\n')
  expect(out).toContain('  survived: tell unknown people apart: `unknownAccount: reveal` (reset.yaml:1:1)\n')
  expect(out).not.toContain('`link` false')
  expect(out).not.toContain('`length`')
  const strict = `      - start: { answers: [nobody] }\n        asks: code\n      - answer: $wrong\n        times: 5\n        problem: too-many-attempts\n`
  const better = await play(strict, {}, '--mutate')
  expect(better.out).not.toContain('attempts instead')
  expect(better.out).not.toContain('unknownAccount')
})

test('mutants are not made of flows whose tests fail', async () => {
  const { code, out } = await play('      - start:\n        ends: completed\n', {}, '--mutate')
  expect({ code, mutants: out.includes('mutants') }).toEqual({ code: 1, mutants: false })
})

describe('the command', () => {
  test('prints JSON for programs', async () => {
    const { code, out } = await play('      - start:\n        asks: code\n', {}, '--format', 'json')
    expect({ code, document: JSON.parse(out) }).toMatchObject({
      code: 1,
      document: {
        cases: [
          {
            file: 'reset.test.yaml',
            flow: 'reset',
            dialect: 'forgerock',
            passed: false,
            failures: [{ code: 'test-failed', start: { line: 9, column: 15 } }],
            story: ['8: start -> asks identifier (userQuery)'],
          },
        ],
        faults: [],
        coverage: [{ flow: 'reset', steps: [{ id: 'userQuery', entered: true }, { entered: false }, { entered: false }], branches: [] }],
        mutants: [],
      },
    })
  })

  test('prints annotations for GitHub', async () => {
    const { out } = await play('      - start:\n        asks: code\n', {}, '--format', 'github')
    expect(out).toMatch(
      /^::error file=reset\.test\.yaml,line=9,endLine=9,col=15,endColumn=19,title=test-failed::expected asks code; got asks identifier \(userQuery\)%0A/,
    )
  })

  test('prints faults of a test file with near names, and plays nothing', async () => {
    const { code, out } = await play('      - strat: {}\n        askss: code\n')
    expect(code).toBe(1)
    expect(out).toContain('reset.test.yaml:8:9 error[test-unknown-key]: an act has no key `strat`')
    expect(out).toContain('help: did you mean `start`?')
    expect(out).toContain('docs: docs/flow-tests.md')
    expect(out).toMatch(/0 cases, none failed, 2 faults/)
  })

  test.for([
    ['an unknown flow', 'test: rest\ncases: []\n', '1:7 error[test-unknown-flow]: there is no flow `rest`'],
    [
      'a dialect that is not spoken',
      'test: reset\non: airlok\ncases: [{ name: x, acts: [start] }]\n',
      '2:5 error[test-unknown-dialect]: the flow `reset` does not speak `airlok`',
    ],
  ] as const)('refuses %s', async ([, tests, words]) => {
    const folder = await folderOf({ 'reset.yaml': FLOW, 'reset.test.yaml': tests.replace('[start]', '[{ start: }]') })
    const { code, out } = await rekeyTest(folder, '.')
    expect(code).toBe(1)
    expect(out).toContain(words)
  })

  test('shows the errors of a flow in the place of its tests', async () => {
    const { code, out } = await play(WHOLE, { flow: 'flow: reset\nsteps: [userQuery, reset]\n' })
    expect(code).toBe(1)
    expect(out).toMatch(/^reset\.yaml:2:20 error\[unproven-change\]/)
    expect(out).toContain('0 cases')
  })

  test.for([
    ['nothing to play', ['.'], 'there are no tests'],
    ['a file that is not there', ['away.test.yaml'], '`away.test.yaml` cannot be read'],
    ['an unknown format', ['--format', 'xml'], 'json'],
  ] as const)('does not understand %s', async ([, argv, words]) => {
    const { code, err } = await rekeyTest(await folderOf({ 'reset.yaml': FLOW }), ...argv)
    expect(code).toBe(2)
    expect(err).toContain(words)
  })
})

describe('docs/flow-tests.md', () => {
  const page = () => readFile(join(ROOT, 'docs/flow-tests.md'), 'utf8')

  test('prints a flow, its test, and what comes of it', async () => {
    const text = await page()
    const [flow = '', tests = ''] = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, sample]) => sample ?? '')
    const folder = await folderOf({ 'reset.yaml': flow, 'reset.test.yaml': tests })
    const printed = [...text.matchAll(/^```console\n\$ rekey (.*?)\n(.*?)^```$/gms)]
    expect(printed).toHaveLength(2)
    for (const [, command = '', output = ''] of printed) {
      const { out } = await rekeyTest(folder, ...command.split(' ').slice(1))
      expect(out).toContain(output)
    }
    expect(await readdir(folder)).toEqual(['reset.test.yaml', 'reset.yaml'])
  })

  test('lists every code', async () => {
    const text = await page()
    const rows = [...text.matchAll(/^\| `(test-[a-z-]+)` \| (.*) \| (.*) \|$/gm)].map(([, code = '', means = '', repair = '']) => [
      code,
      { means, repair },
    ])
    expect(Object.fromEntries(rows)).toEqual(TEST_CODES)
  })
})
