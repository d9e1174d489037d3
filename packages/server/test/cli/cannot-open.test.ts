import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { Database } from '../../src/adapters/directory/database.js'
import { run } from '../../src/cli/run.js'
import { startRedis } from '../../../../scripts/redis-server.mjs'
import { capturedIo } from './captured-io.js'

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-cannot-open-'))
  await mkdir(join(cwd, 'folder'))
  await writeFile(join(cwd, 'notes.txt'), 'no database at all, but long enough to look like one\n'.repeat(20))
  const newer = await Database.open(join(cwd, 'newer.db'))
  await newer.write(() => [{ sql: 'PRAGMA user_version = 9999', args: [] }])
  newer.close()
})
afterAll(() => rm(cwd, { recursive: true }))

async function rekey(config: object, ...argv: readonly string[]) {
  await writeFile(join(cwd, 'rekey.yaml'), JSON.stringify({ port: 0, log: { level: 'silent' }, ...config }))
  const io = capturedIo(cwd)
  const code = await run(argv, io)
  return { code, ...io.written }
}

/** Says one sentence and nothing else. */
const refused = (sentence: string) => ({ code: 1, out: '', err: `rekey: ${sentence}\n` })

describe('a store', () => {
  const secret = () => randomBytes(32).toString('base64')
  const keys = { signing: [{ id: 'k1', secret: secret() }], stable: secret() }
  const serveFrom = (store: object) => rekey({ keys, store: { timeout: '1s', ...store }, directory: { file: 'people.db' } }, 'serve')
  const serve = (redis: string) => serveFrom({ redis })

  test('that is not there', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const port = portOf(closed.address())
    closed.close()
    expect(await serve(`redis://somebody:canary-word@127.0.0.1:${port}`)).toEqual(
      refused(`the store at 127.0.0.1:${port} cannot be reached (ECONNREFUSED): start it, or mend the address in \`store.redis\``),
    )
  })

  test('behind Sentinels, or a Cluster, that is not there', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const port = portOf(closed.address())
    closed.close()
    const nodes = [`127.0.0.1:${port}`]
    expect(await serveFrom({ sentinel: { nodes, name: 'main' } })).toEqual(
      refused(
        `the store at \`main\` behind the Sentinels 127.0.0.1:${port} cannot be found: no Sentinel there knows it and lets us in; mend \`store.sentinel\`, or look at their logs`,
      ),
    )
    expect(await serveFrom({ cluster: { nodes } })).toEqual(
      refused(
        `the store at 127.0.0.1:${port} cannot be found: no node there answers as one of a Cluster; start them, or mend \`store.cluster\``,
      ),
    )
  })

  test('that refuses the log-in', async () => {
    const url = new URL(inject('redisUrl'))
    url.username = 'somebody'
    url.password = 'canary-word'
    expect(await serve(url.href)).toEqual(refused(`the store at ${url.host} refuses the log-in: mend user and password in \`store.redis\``))
  })

  test('that is a Cluster and refuses the log-in', async () => {
    const node = await startRedis({ cluster: true })
    onTestFinished(() => node.stop())
    const cluster = { nodes: [`127.0.0.1:${node.port}`] }
    expect(await serveFrom({ cluster, user: 'somebody', password: 'canary-word' })).toEqual(
      refused(`the store at 127.0.0.1:${node.port} refuses the log-in: mend user and password in \`store\``),
    )
  })

  test('that is something else', async () => {
    const other = createServer((socket) => void socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await once(other.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void other.close())
    const port = portOf(other.address())
    expect(await serve(`redis://somebody:canary-word@127.0.0.1:${port}`)).toEqual(
      refused(`the store at 127.0.0.1:${port} does not answer as Redis does: look at its log, or mend the address in \`store.redis\``),
    )
  })
})

describe('a directory file', () => {
  test('that is a folder stays open to its owner', async () => {
    const modeOf = async () => (await stat(join(cwd, 'folder'))).mode
    const before = await modeOf()
    await rekey({ directory: { file: 'folder' } }, 'serve')
    expect(await modeOf()).toBe(before)
  })

  test.for([
    ['that is a folder', 'folder', 'cannot be opened: it is no file, or lies in no folder; name another one with `directory.file`'],
    [
      'below a file',
      'notes.txt/people.db',
      'cannot be opened: it is no file, or lies in no folder; name another one with `directory.file`',
    ],
    [
      'that is something else',
      'notes.txt',
      'is no SQLite file: name another one with `directory.file`, or move it away to begin with an empty one',
    ],
    ['of a newer server', 'newer.db', 'was written by a newer server: start that one, or name another file with `directory.file`'],
  ] as const)('%s', async ([, file, why]) => {
    const sentence = `the directory file \`${join(cwd, file)}\` ${why}`
    expect(await rekey({ directory: { file } }, 'serve')).toEqual(refused(sentence))
    expect(await rekey({ directory: { file } }, 'token', 'jdoe')).toEqual(refused(sentence))
  })
})

test('a flow file that cannot be read', async () => {
  await mkdir(join(cwd, 'flows'))
  await symlink(join(cwd, 'nowhere'), join(cwd, 'flows', 'gone.yaml'))
  expect(await rekey({ flows: 'flows', directory: { file: 'people.db' } }, 'serve')).toEqual(
    refused(`\`${join(cwd, 'flows', 'gone.yaml')}\` cannot be read (ENOENT): mend its path or who may read it`),
  )
})

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
