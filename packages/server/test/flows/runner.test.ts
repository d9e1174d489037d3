import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { missedFigures, percentText } from '../../src/cli/test-figures.js'
import { capturedIo } from '../cli/captured-io.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-runner-'))
})
afterAll(() => rm(folder, { recursive: true }))

const FLOW = `flow: reset
speaks: [airlock]
steps:
  - userQuery
  - choose:
      - totp
      - emailValidation
  - reset
`
const SECRET = 'JBSWY3DPEHPK3PXP'
const PEOPLE = `test: reset
people:
  - { userName: ada, mail: ada@example.org, totp: ${SECRET} }
  - { userName: bob, mail: bob@example.org }
cases:
  - name: the case
    acts:
`

async function play(acts: string, { people = PEOPLE, argv = [] as readonly string[] } = {}) {
  await writeFile(join(folder, 'reset.yaml'), FLOW)
  await writeFile(join(folder, 'reset.test.yaml'), people + acts)
  const io = capturedIo(folder)
  const code = await run(['test', '.', ...argv], io)
  return { code, why: /expected .*; got .*/.exec(io.written.out)?.[0], ...io.written }
}

const BY_APP = `      - start: { answers: [ada] }
      - choose: totp
      - answer: $totp
        asks: newPassword
`

describe('`$totp`', () => {
  test('is the code that the app shows, and another one half a minute later', async () => {
    expect(await play(BY_APP)).toMatchObject({ code: 0 })
    const twice = `${BY_APP}      - wait: 2m\n      - start: { answers: [ada] }\n      - choose: totp\n      - answer: $totp.ada\n        asks: newPassword\n`
    expect(await play(twice)).toMatchObject({ code: 0 })
    expect((await play(twice.replace('      - wait: 2m\n', ''))).why).toMatch(/^expected asks newPassword; got refused code-mismatch/)
  })

  test('stands for nothing where nobody has an app, or nobody is named of several', async () => {
    const none = await play(BY_APP, { people: PEOPLE.replace(`, totp: ${SECRET}`, '') })
    expect(none.why).toContain('`$totp` stands for nothing')
    const several = await play(BY_APP, { people: PEOPLE.replace('mail: bob@example.org', `totp: ${SECRET}`) })
    expect(several.why).toContain('`$totp` stands for nothing')
    expect((await play(BY_APP.replace('$totp', '$totp.bob'))).why).toContain('`$totp.bob` stands for nothing')
  })
})

describe('`follow`', () => {
  test('goes on by the link of the last message', async () => {
    const acts = `      - start: { answers: [ada] }
      - choose: emailValidation
      - follow:
        asks: { kind: code, step: emailValidation }
      - answer: $code
        asks: newPassword
`
    expect(await play(acts)).toMatchObject({ code: 0 })
  })

  test('cannot be done before a message has a link', async () => {
    const { code, why } = await play('      - start: { answers: [ada] }\n      - follow:\n')
    expect({ code, why }).toEqual({ code: 1, why: 'expected `follow` can be done; got no message with a link has been sent' })
  })
})

describe('`sessions`', () => {
  const acts = `      - start: { signedIn: bob }\n      - start: { answers: [ada] }\n`

  test('counts those that are good, of each person', async () => {
    expect(await play(`${acts}    expect: { sessions: { ada: 0, bob: 1 } }\n`)).toMatchObject({ code: 0 })
    const locked = `${acts}      - edit: { bob: { state: locked } }\n    expect: { sessions: { bob: 0 } }\n`
    expect(await play(locked)).toMatchObject({ code: 0 })
    const { code, why } = await play(`${acts}    expect: { sessions: { bob: 2 } }\n`)
    expect({ code, why }).toEqual({ code: 1, why: 'expected bob is signed in 2 times; got 1 times' })
  })

  test('knows the people', async () => {
    expect((await play(`${acts}    expect: { sessions: { eve: 0 } }\n`)).out).toContain('error[test-unknown-person]')
  })
})

test('`either` searches by any of several fields', async () => {
  const acts = (mail: string) => `      - start: { answers: [{ either: { userName: ada, mail: ${mail} } }] }
      - choose: emailValidation
        sends: reset-code
`
  expect(await play(acts('ada@example.org'))).toMatchObject({ code: 0 })
  // All must find the same person, unless the flow says otherwise.
  expect((await play(acts('bob@example.org'))).why).toBe('expected the message reset-code; got no message')
})

describe('least figures', () => {
  test('end the command with 1 where they are missed, and say by how much', async () => {
    const reached = await play(BY_APP, { argv: ['--min-coverage', '50'] })
    expect({ code: reached.code, err: reached.err }).toEqual({ code: 0, err: '' })
    const missed = await play(BY_APP, { argv: ['--min-coverage', '60'] })
    expect({ code: missed.code, err: missed.err }).toEqual({
      code: 1,
      err: 'rekey: 1 of 2 branches, 50 %: less than 60 %\n',
    })
    const mutants = await play(BY_APP, { argv: ['--min-mutation', '100'] })
    expect(mutants.code).toBe(1)
    expect(mutants.err).toMatch(/^rekey: \d+ of \d+ mutants killed, [\d.]+ %: less than 100 %\n$/)
  })

  test('are not reached by flows without a test, where a folder is played', async () => {
    await writeFile(join(folder, 'other.yaml'), 'flow: other\nspeaks: [airlock]\nsteps: [userQuery, emailValidation, reset]\n')
    const { code, err, out } = await play(BY_APP, { argv: ['--coverage', '--min-coverage', '60'] })
    await rm(join(folder, 'other.yaml'))
    expect(code).toBe(1)
    expect(err).toContain('rekey: 3 of 7 steps, 42.8 %: less than 60 %\n')
    expect(out).toContain('other: 0 of 3 steps, 0 of 0 branches\n')
  })

  test.for(['101', '-1', '90%', 'all', ''])('are percentages, not `%s`', async (text) => {
    const { code, err } = await play(BY_APP, { argv: [`--min-coverage=${text}`] })
    expect(code).toBe(2)
    expect(err).toContain('A whole number from 0 to 100 stands here.')
  })

  test('are missed when no mutant could be made, and never rounded up', () => {
    const whole = { of: 3, done: 3 }
    expect(missedFigures({ steps: whole, branches: { of: 0, done: 0 } }, { coverage: 100, mutation: 1 })).toEqual([
      '0 of 1 mutants killed, 0 %: less than 1 %',
    ])
    expect(percentText({ of: 3_000, done: 2_999 })).toBe('99.9 %')
  })
})
