import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { capturedIo } from './captured-io.js'
import type { CapturedIo } from './captured-io.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-serve-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function workplace(config: string, env: Record<string, string> = {}): Promise<CapturedIo> {
  const cwd = await mkdtemp(join(folder, 'case-'))
  await writeFile(join(cwd, 'rekey.yaml'), `${config}log: { level: silent }\n`)
  return capturedIo(cwd, env)
}

/** Runs `serve` until its report is printed; gives the address it listens on. */
async function started(io: CapturedIo, serving: Promise<number>): Promise<string> {
  const ended = serving.then((code) => {
    throw new Error(`serve ended with ${code}: ${io.written.err}`)
  })
  await Promise.race([io.untilWritten('\nTry\n'), ended])
  return /listens on (\S+)/.exec(io.written.out)?.[1] ?? ''
}

test('serve answers, reports what it serves, and ends when it is asked to', async () => {
  const io = await workplace('port: 0\n')
  const serving = run(['serve'], io)
  const url = await started(io, serving)
  const health = await fetch(`${url}/health`)
  expect(health.status).toBe(200)

  const report = io.written.out.replaceAll(url, 'URL')
  expect(report.split('\n\n').map((block) => block.trimStart().split('\n')[0])).toEqual([
    'Rekey listens on URL (rekey.yaml)',
    'Flows',
    'Demo people (their passwords and answers stand in packages/server/people.yaml)',
    'Mind',
    'Try',
    '',
  ])
  expect(report).toMatch(/\n {2}jdoe +jdoe@example\.com +John Doe; 1 question; groups: staff\n/)
  expect(report).toMatch(/\n {2}llock +llock@example\.com +Lara Lock; locked; 1 question\n/)
  expect(report.slice(report.indexOf('Mind\n'))).toBe(`Mind
  - dev is on: anybody on this machine can read the mailbox
  - the directory holds the demo people, whose passwords and answers are public
  - passwords follow the demo profile: 8 characters, and no list of common ones
  - keys come from a generated file: other machines do not share them, and without the file open conversations are lost
  - conversations are kept in memory: a restart ends them
  - tokens of the demo issuer and the demo secrets of callers are accepted: \`rekey token\` signs in as anybody

Try
  # begin a reset
  curl -X POST 'URL/openidm/selfservice/resetOneStage?_action=submitRequirements' \\
    -H 'X-OpenIDM-Username: anonymous' \\
    -H 'X-OpenIDM-Password: anonymous' \\
    -H 'Content-Type: application/json' \\
    -d '{"input":{"queryFilter":"mail eq \\"jdoe@example.com\\""}}'
  # read the mails
  URL/dev/mailbox
  # check the flows
  npm run rekey -- check

`)
  io.stop()
  expect(await serving).toBe(0)
  await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed')
})

test('the printed call works as it is printed', async () => {
  const io = await workplace('port: 0\n')
  const serving = run(['serve'], io)
  await started(io, serving)
  const [, address = '', ...rest] = /curl -X POST '([^']+)'([\s\S]*?)\n {2}#/.exec(io.written.out) ?? []
  const headers = Object.fromEntries(
    [...rest.join('').matchAll(/-H '([^:']+): ([^']*)'/g)].map(([, name = '', value = '']) => [name, value]),
  )
  const body = /-d '([^']*)'/.exec(rest.join(''))?.[1] ?? ''
  const answer = await fetch(address, { method: 'POST', headers, body })
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { type: 'emailValidation', tag: 'validateCode', requirements: expect.any(Object), token: expect.any(String) },
  ])
  io.stop()
  await serving
})

test('a server on a network says what it does not serve, and shows no demo people', async () => {
  const io = await workplace('port: 0\nhost: 0.0.0.0\n')
  const serving = run(['serve'], io)
  await started(io, serving)
  expect(io.written.out).toContain('\nNot served\n')
  expect(io.written.out).toContain('its messages may hold a link: configure `publicUrl`\n')
  expect(io.written.out).not.toContain('Demo people')
  expect(io.written.out).not.toContain('/dev/mailbox')
  io.stop()
  expect(await serving).toBe(0)
})

test('a server in earnest says that its directory holds the demo people, as long as they are there', async () => {
  const config = 'port: 0\ndirectory: { file: people.db }\n'
  const io = await workplace(config)
  const reports: string[] = []
  const own = 'directory: { file: people.db, seed: own.yaml }\n'
  await writeFile(join(io.cwd, 'own.yaml'), 'people: [{ userName: own }]\n')
  for (const more of ['', 'dev: false\n', `dev: false\n${own}`, `dev: false\n${own}`]) {
    const base = more.includes(own) ? 'port: 0\n' : config
    await writeFile(join(io.cwd, 'rekey.yaml'), `${base}${more}log: { level: silent }\n`)
    const one = capturedIo(io.cwd)
    const serving = run(['serve'], one)
    await started(one, serving)
    reports.push(one.written.out)
    one.stop()
    expect(await serving).toBe(0)
  }
  const said = `the demo people were taken into \`${join(io.cwd, 'people.db')}\`, and anybody can log in as them`
  expect(reports.map((report) => report.includes(said))).toEqual([false, true, true, true])
})

test('a taken port is explained', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const address = taken.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const io = await workplace('', { PORT: String(port) })
  expect(await run(['serve'], io)).toBe(1)
  expect(io.written.err).toBe(`rekey: port ${port} on 127.0.0.1 is taken: name another one with \`--port\` or \`PORT\`\n`)
  taken.close()
})

test('a flow with an error keeps the server from starting, and is shown', async () => {
  const io = await workplace('port: 0\nflows: bad.yaml\n')
  await writeFile(join(io.cwd, 'bad.yaml'), 'flow: bad\nsteps: [userQuery, reset]\n')
  expect(await run(['serve'], io)).toBe(1)
  expect(io.written.err).toMatch(/bad\.yaml:2:\d+ error\[unproven-change\]: [\s\S]*\nrekey: the server does not start\n$/)
})

test('a key file that others can read keeps the server from starting', async () => {
  const io = await workplace('port: 0\nkeys: { file: keys.json }\n')
  const path = join(io.cwd, 'keys.json')
  await writeFile(path, '{}', { mode: 0o644 })
  expect(await run(['serve'], io)).toBe(1)
  expect(io.written.err).toBe(
    `rekey: the key file \`${path}\` can be read by others: run \`chmod 600 ${path}\`, or delete it to get new keys\n`,
  )
  expect(await readFile(path, 'utf8')).toBe('{}')
  expect(dirname(path)).toBe(io.cwd)
})
