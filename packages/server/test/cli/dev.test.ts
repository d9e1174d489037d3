import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { capturedIo } from './captured-io.js'

const COMMAND = new URL('../../dist/main.js', import.meta.url).pathname
const MAIL_FIRST = 'flow: reset\nspeaks: [forgerock]\nsteps: [userQuery, emailValidation, reset]\n'
/** Begins with a silent step, behind which the search is a second question on this wire. */
const PARAMETERS_FIRST =
  'flow: reset\nspeaks: [forgerock]\nsteps:\n  - parameters: { names: [returnTo] }\n  - userQuery\n  - emailValidation\n  - reset\n'
const BROKEN = 'flow: reset\nspeaks: [forgerock]\nsteps: [userQuery, reset]\n'

let folder = ''
const children: ChildProcess[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-dev-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
})
afterAll(() => rm(folder, { recursive: true }))

interface Dev {
  readonly url: string
  readonly child: ChildProcess
  /** Absolute path of a flow file. */
  readonly at: (name: string) => string
  /** Does something, and gives what is printed from then on up to a text that stands in it. */
  readonly printed: (text: string | RegExp, act: () => Promise<unknown>) => Promise<string>
  /** The first answer of a flow under its name. */
  readonly start: (flow: string) => Promise<Answer>
  /** The next answer of a conversation. */
  readonly answer: (flow: string, token: string, input: object) => Promise<Answer>
}

interface Answer {
  readonly status: number
  readonly type?: string
  readonly tag?: string
  readonly token?: string
}

/** The real command in a process of its own, over a folder of flows. */
async function dev(flows: Record<string, string>): Promise<Dev> {
  const fault = inject('buildFault')
  if (fault !== '') throw new Error(`there is no fresh build to start: ${fault}`)
  const cwd = await mkdtemp(join(folder, 'case-'))
  await mkdir(join(cwd, 'flows'))
  const at = (name: string): string => join(cwd, 'flows', name)
  await writeFile(join(cwd, 'rekey.yaml'), 'flows: flows\nport: 0\nlog: { level: silent }\n')
  for (const [name, text] of Object.entries(flows)) await writeFile(at(name), text)
  const child = spawn(process.execPath, [COMMAND, 'dev'], { cwd, env: {}, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let out = ''
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk
      for (const look of waiting) look()
    })
  }
  const until = (text: string | RegExp, from: number): Promise<string> =>
    new Promise((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${out}`)))
      const look = (): void => {
        const since = out.slice(from)
        if (typeof text === 'string' ? !since.includes(text) : !text.test(since)) return
        waiting.delete(look)
        resolve(since)
      }
      waiting.add(look)
      look()
    })
  const url = /listens on (\S+)/.exec(await until(/watching .*\n/, 0))?.[1] ?? ''
  const post = async (flow: string, body: object): Promise<Answer> => {
    const response = await fetch(`${url}/openidm/selfservice/${flow}?_action=submitRequirements`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-OpenIDM-Username': 'anonymous', 'X-OpenIDM-Password': 'anonymous' },
      body: JSON.stringify(body),
    })
    // The body is the vendor's: only these members are looked at.
    return { ...((await response.json()) as Omit<Answer, 'status'>), status: response.status }
  }
  return {
    url,
    child,
    at,
    async printed(text, act) {
      const from = out.length
      await act()
      return until(text, from)
    },
    start: (flow) => post(flow, { input: { queryFilter: 'mail eq "jdoe@example.com"' } }),
    answer: (flow, token, input) => post(flow, { token, input }),
  }
}

test('a saved flow is served at once, and a conversation under way finishes on the flow that it began with', async () => {
  const { at, printed, start, answer, url } = await dev({ 'reset.yaml': MAIL_FIRST })
  const running = await start('reset')
  expect(running).toMatchObject({ status: 200, type: 'emailValidation', tag: 'validateCode' })

  const said = await printed('served anew', () => writeFile(at('reset.yaml'), PARAMETERS_FIRST))
  expect(said).toContain('served anew: reset\n')
  expect(await start('reset')).toMatchObject({ status: 200, type: 'userQuery' })

  const mailbox = await (await fetch(`${url}/dev/mailbox`)).text()
  const code = /\b(\d{8})\b/.exec(mailbox)?.[1] ?? ''
  const next = await answer('reset', running.token ?? '', { code })
  expect(next).toMatchObject({ status: 200, type: 'resetStage' })
  expect(await answer('reset', next.token ?? '', { password: 'A long Passw0rd for one test' })).toMatchObject({ status: 200, tag: 'end' })
})

test('a broken file is shown and leaves its last good flow, while others are served anew', async () => {
  const other = MAIL_FIRST.replace('flow: reset', 'flow: other')
  const { at, printed, start } = await dev({ 'reset.yaml': MAIL_FIRST, 'other.yaml': other })
  const said = await printed('kept as before', () => writeFile(at('reset.yaml'), BROKEN))
  expect(said).toMatch(/flows\/reset\.yaml:3:\d+ error\[unproven-change\]: [\s\S]*kept as before, until the errors are mended: reset\n/)
  expect(await start('reset')).toMatchObject({ status: 200, type: 'emailValidation' })

  await printed('served anew: other', () => writeFile(at('other.yaml'), PARAMETERS_FIRST.replace('flow: reset', 'flow: other')))
  expect(await start('other')).toMatchObject({ status: 200, type: 'userQuery' })
  await printed('served anew: reset', () => writeFile(at('reset.yaml'), PARAMETERS_FIRST))
  expect(await start('reset')).toMatchObject({ status: 200, type: 'userQuery' })
})

test('a new file is served, and a deleted one no more', async () => {
  const { at, printed, start } = await dev({ 'reset.yaml': MAIL_FIRST })
  expect(await start('later')).toMatchObject({ status: 403 })
  await printed('served anew: later', () => writeFile(at('later.yaml'), MAIL_FIRST.replace('flow: reset', 'flow: later')))
  const running = await start('later')
  expect(running).toMatchObject({ status: 200 })
  await printed('served no more: later', () => rm(at('later.yaml')))
  expect(await start('later')).toMatchObject({ status: 403 })
  expect(await start('reset')).toMatchObject({ status: 200 })
})

test('a flow whose place another one has taken is not kept beside it', async () => {
  const { at, printed, start } = await dev({ 'reset.yaml': MAIL_FIRST })
  await printed('kept as before', () => writeFile(at('reset.yaml'), 'flow: [reset\n'))
  const taker = PARAMETERS_FIRST.replace('flow: reset', 'flow: taker').replace(
    'speaks: [forgerock]',
    'speaks: { forgerock: { as: reset } }',
  )
  const said = await printed('served no more', () => writeFile(at('taker.yaml'), taker))
  expect(said).toContain('served anew: taker\nserved no more: reset\n')
  expect(await start('reset')).toMatchObject({ status: 200, type: 'userQuery' })
})

test('a saved fragment serves the flows anew that include it, and a broken one leaves them', async () => {
  const fragment = 'fragment: proof\nsteps: [emailValidation]\n'
  const including = 'flow: reset\nspeaks: [forgerock]\nsteps:\n  - userQuery\n  - include: ./proof.yaml\n  - reset\n'
  const { at, printed, start } = await dev({ 'reset.yaml': including, 'proof.yaml': fragment })
  expect(await start('reset')).toMatchObject({ status: 200, type: 'emailValidation' })
  const kept = await printed('kept as before', () => writeFile(at('proof.yaml'), fragment.replace('emailValidation', 'emailValidatoin')))
  expect(kept).toMatch(/proof\.yaml:2:9 error\[unknown-step\]: [\s\S]*kept as before, until the errors are mended: reset\n/)
  expect(await start('reset')).toMatchObject({ status: 200, type: 'emailValidation' })
  await printed('served anew: reset', () => writeFile(at('proof.yaml'), 'fragment: proof\nsteps: [smsValidation]\n'))
  expect(await start('reset')).toMatchObject({ status: 200, type: 'smsValidation' })
})

test('after many quick saves the last one is served', async () => {
  const { at, printed, start } = await dev({ 'reset.yaml': MAIL_FIRST })
  const texts = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? BROKEN : `${MAIL_FIRST}# ${index}\n`))
  await printed(/served anew: reset\n$/, async () => {
    for (const text of texts) await writeFile(at('reset.yaml'), text)
    await writeFile(at('reset.yaml'), PARAMETERS_FIRST)
  })
  expect(await start('reset')).toMatchObject({ status: 200, type: 'userQuery' })
})

test('a changed comment changes nothing for callers', async () => {
  const { at, printed } = await dev({ 'reset.yaml': MAIL_FIRST })
  const said = await printed('nothing has changed for callers', () => writeFile(at('reset.yaml'), `# about it\n${MAIL_FIRST}`))
  expect(said).toBe('\nnothing has changed for callers\n')
})

test('a changed configuration is checked, and asks for a restart; the server ends when it is asked to', async () => {
  const { at, printed, start, child } = await dev({ 'reset.yaml': MAIL_FIRST })
  const config = join(at('.'), '..', 'rekey.yaml')
  const broken = await printed('has errors', () => writeFile(config, 'flows: flows\nprot: 1\n'))
  expect(broken).toContain('error[config-unknown-key]')
  expect(broken).toContain('rekey.yaml has errors: the server goes on with what it read at its start\n')
  await printed('rekey.yaml has changed: restart `rekey dev` to take it up\n', () => writeFile(config, 'flows: flows\nport: 1\n'))
  expect(await start('reset')).toMatchObject({ status: 200 })
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})

test('what an address of others refuses, the command line is told', async () => {
  const io = capturedIo(await mkdtemp(join(folder, 'case-')))
  expect(await run(['dev', '--host', '0.0.0.0'], io)).toBe(1)
  expect(io.written.err).toContain('command line:1:7 error[config-dev-exposed]')
})
