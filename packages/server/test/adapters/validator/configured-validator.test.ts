import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '@rekey/core'
import { until } from '@rekey/core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfiguredValidator, type ValidatorSource } from '../../../src/adapters/validator/configured-validator.js'
import { makeFolder, type Folder } from '../directory/folder.js'
import { receiver } from '../webhook/receiver.js'

let folder: Folder
beforeEach(async () => {
  folder = await makeFolder()
})
afterEach(() => folder.remove())

/** A validator that runs a program written for one case: a script of node, which sees what any program would. */
async function program(script: string, more: { readonly args?: readonly string[]; readonly timeoutMs?: number } = {}) {
  const path = join(folder.path, 'program.cjs')
  await writeFile(path, script)
  const reasons: string[] = []
  const source: ValidatorSource = {
    name: 'check',
    ask: { is: 'command', program: process.execPath, args: [path, ...(more.args ?? [])] },
    property: 'result',
    value: 'ok',
    timeoutMs: more.timeoutMs ?? 10_000,
  }
  return { reasons, validator: new ConfiguredValidator([source], { report: (_, reason) => reasons.push(reason) }) }
}

const OK = `process.stdout.write('{"result":"ok"}')`
const AGREES = { agrees: true }

describe('a program', () => {
  test.for([
    ['the right property', OK, AGREES],
    ['a number, compared as text', `console.log('{"result":"ok","n":1}')`, AGREES],
    ['another value', `console.log('{"result":"no"}')`, 'refused'],
    ['another case', `console.log('{"result":"OK"}')`, 'refused'],
    ['no such property', `console.log('{"ok":true}')`, 'no-such-property'],
    ['a property of every object', `console.log('{"__proto__":{"result":"ok"}}')`, 'no-such-property'],
    ['an object in its place', `console.log('{"result":{"ok":true}}')`, 'no-such-property'],
    ['a list', `console.log('["ok"]')`, 'no-json-object'],
    ['no JSON', `console.log('ok')`, 'no-json-object'],
    ['nothing', '', 'no-json-object'],
    ['a yes and a bad exit code', `${OK}; process.exitCode = 1`, 'exit-code'],
    ['a yes and a crash', `${OK}; process.kill(process.pid, 'SIGSEGV')`, 'exit-code'],
    ['a yes and too much behind it', `${OK}; process.stdout.write(' '.repeat(70000))`, 'too-much-output'],
    ['an endless yes', `setInterval(() => process.stdout.write('y'.repeat(1000)), 0)`, 'too-much-output'],
  ] as const)('that answers %s', async ([, script, outcome]) => {
    const { validator, reasons } = await program(script)
    const answer = await validator.validate('check', '{}')
    expect(answer).toEqual(typeof outcome === 'string' ? { agrees: false, reason: outcome } : outcome)
    expect(reasons).toEqual(typeof outcome === 'string' ? [outcome] : [])
  })

  test.for(['; touch pwned', '$(touch pwned)', '`touch pwned`', '-flag', '--eval=1', '"\\"', 'ä\u0000\r\n', 'x'.repeat(1_048_576)])(
    'sees hostile input on standard input and nowhere else (SEC-52)',
    async (input) => {
      const seen = join(folder.path, 'seen.json')
      const { validator } = await program(
        `const input = require('node:fs').readFileSync(0, 'utf8')
        require('node:fs').writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ input, args: process.argv.slice(2), env: Object.keys(process.env), cwd: process.cwd() }))
        ${OK}`,
        { args: ['a b', '$(x)'] },
      )
      expect(await validator.validate('check', input)).toEqual(AGREES)
      expect(JSON.parse(await readFile(seen, 'utf8'))).toEqual({ input, args: ['a b', '$(x)'], env: ['PATH', 'LANG'], cwd: '/' })
    },
  )

  test('that does not read its input may judge all the same', async () => {
    const { validator } = await program(`process.stdin.destroy(); ${OK}`)
    expect(await validator.validate('check', 'x'.repeat(1_048_576))).toEqual(AGREES)
  })

  test('that takes too long is killed with all that it started (SEC-52)', async () => {
    const pids = join(folder.path, 'pids.json')
    const { validator } = await program(
      `const { spawn } = require('node:child_process')
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
      process.on('SIGTERM', () => {})
      require('node:fs').writeFileSync(${JSON.stringify(pids)}, JSON.stringify([process.pid, child.pid]))
      setInterval(() => {}, 1000)`,
      { timeoutMs: 1_500 },
    )
    expect(await validator.validate('check', '{}')).toEqual({ agrees: false, reason: 'timeout' })
    const started: readonly number[] = JSON.parse(await readFile(pids, 'utf8'))
    expect(started).toHaveLength(2)
    for (const pid of started) await until('the end of a process', () => (isGone(pid) ? true : undefined))
  })

  test('that leaves a child behind which holds its output is no yes either', async () => {
    const { validator } = await program(
      `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }).unref(); ${OK}; process.exit`,
      { timeoutMs: 1_500 },
    )
    expect(await validator.validate('check', '{}')).toEqual({ agrees: false, reason: 'timeout' })
  })

  test('that cannot be started, or that nobody configured, does not agree', async () => {
    const source: ValidatorSource = {
      name: 'check',
      ask: { is: 'command', program: join(folder.path, 'none'), args: [] },
      property: 'result',
      value: 'ok',
      timeoutMs: 1_000,
    }
    const validator = new ConfiguredValidator([source])
    expect(await validator.validate('check', '{}')).toEqual({ agrees: false, reason: 'not-started' })
    expect(await validator.validate('other', '{}')).toEqual({ agrees: false, reason: 'not-configured' })
  })
})

/** Ended, or ended and waiting for its parent to look. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

test('a web hook decides by the same rule, and whatever goes wrong is a no', async () => {
  const hook = await receiver(
    ({ body }, response) =>
      void response.writeHead(body === '{"down":1}' ? 500 : 200).end(JSON.stringify({ status: body === '{"emp":7}' ? 7 : 8 })),
  )
  const ask = { is: 'hook', url: hook.url, secret: new Secret('a secret of the hook') } as const
  const validator = new ConfiguredValidator([{ name: 'hook', ask, property: 'status', value: '7', timeoutMs: 5_000 }])
  expect(await validator.validate('hook', '{"emp":7}')).toEqual(AGREES)
  expect(await validator.validate('hook', '{"emp":8}')).toEqual({ agrees: false, reason: 'refused' })
  expect(await validator.validate('hook', '{"down":1}')).toEqual({ agrees: false, reason: 'unreachable' })
  await hook.close()
  expect(await validator.validate('hook', '{"emp":7}')).toEqual({ agrees: false, reason: 'unreachable' })
})
