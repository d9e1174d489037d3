import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Secret } from '@rekey/core'
import { expect, onTestFinished, test } from 'vitest'
import { HashingThreads, hashingThreads } from '../../../src/adapters/passwords/hashing-threads.js'
import { PasswordHasher, usualConcurrency } from '../../../src/adapters/passwords/password-hasher.js'

const STORED = '$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
const SHA512 = '$6$rounds=5000$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1'

test('SEC-33: while 200 hashes are made, a poll is answered and a file is read before they are done', async () => {
  const hasher = new PasswordHasher({ cost: { memoryKiB: 9_728, passes: 1, lanes: 1 } })
  const server = createServer((_, response) => response.end('polled'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const order: string[] = []
  const hashes = Array.from({ length: 200 }, async () => {
    await hasher.verify(undefined, new Secret('wrong'))
    order.push('hash')
  })
  // Listening on a port, a server has an address of this form.
  const polled = fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).then(async (answer) => order.push(await answer.text()))
  const read = readFile(new URL(import.meta.url)).then(() => order.push('read'))
  await Promise.all([...hashes, polled, read])
  expect(order).toHaveLength(202)
  // Whoever waited for the line would come last.
  expect(order.indexOf('polled')).toBeLessThan(150)
  expect(order.indexOf('read')).toBeLessThan(150)
})

test.for([
  ['sha512crypt', SHA512, 10],
  ['bcrypt', '$2b$10$abcdefghijklmnopqrstuum174eFeoTj0DHmtuueFaS3Wde4P7wHG', 4],
  ['scrypt', '$scrypt$ln=14,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E', 4],
  ['pbkdf2', '$pbkdf2-sha256$100000$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44', 4],
] as const)('SEC-33: the event loop goes on turning while %s is compared', async ([, stored, least]) => {
  const hasher = new PasswordHasher({ cost: { memoryKiB: 8, passes: 1, lanes: 1 } })
  const state = { isOver: false }
  const compared = hasher.matches(stored, new Secret('wrong')).finally(() => (state.isOver = true))
  let turns = 0
  for (; !state.isOver; turns += 1) await new Promise((resolve) => setImmediate(resolve))
  await compared
  // Work on the loop itself would be over in two or three turns.
  expect(turns).toBeGreaterThan(least)
})

test('all forms wait in one line', async () => {
  const hasher = new PasswordHasher({ cost: { memoryKiB: 8, passes: 1, lanes: 1 }, concurrency: 1, maxWaiting: 2 })
  const bcrypt = hasher.writing({ is: 'bcrypt', cost: 4 })
  const secret = new Secret('x')
  const results = await Promise.allSettled([
    hasher.hash(secret),
    bcrypt.hash(secret),
    bcrypt.verify(undefined, secret),
    hasher.matches(SHA512, secret),
    bcrypt.hash(secret),
  ])
  expect(results.map((result) => (result.status === 'fulfilled' ? 'done' : result.reason.name))).toEqual([
    'done',
    'done',
    'done',
    'Overloaded',
    'Overloaded',
  ])
  expect(await hasher.verify(undefined, secret)).toBe(false)
})

test.for([
  [1, 1],
  [2, 1],
  [3, 2],
  [64, 4],
] as const)('on %i cores %i are hashed at a time', ([cores, expected]) => {
  expect(usualConcurrency(cores)).toBe(expected)
})

test.runIf(process.platform === 'linux')('the requests go before the hashes where a core is short', async () => {
  await new PasswordHasher({ cost: { memoryKiB: 8, passes: 1, lanes: 1 } }).hash(new Secret('x'))
  expect(await niceOfThreads()).toEqual(expect.arrayContaining([getPriority(), getPriority() + 5]))
})

test('what the work itself throws is thrown to whoever asked for it, and the next is done', async () => {
  // Less memory than a lane needs.
  const hasher = new PasswordHasher({ cost: { memoryKiB: 8, passes: 1, lanes: 1 } })
  const broken = hashingThreads.run('makeArgon2', 'a password', { options: { memoryCost: 1, timeCost: 1, parallelism: 1 } })
  await expect(broken).rejects.toThrow(/memory/i)
  const hashed = await hasher.hash(new Secret('a password'))
  expect(await hasher.matches(hashed, new Secret('a password'))).toBe(true)
})

test.runIf(process.platform === 'linux')(
  'a thread that the system does not let step back is given up for one that goes with the rest',
  async () => {
    const work = await threadThat("import { getPriority } from 'node:os'\nif (getPriority() > 0) throw new Error('not allowed')")
    const threads = new HashingThreads(work)
    const found = await Promise.all(['a', 'b', 'c'].map((text) => threads.run('isArgon2', text, { stored: '' })))
    expect(found).toEqual(['done', 'done', 'done'])
  },
)

test('threads that cannot begin are told of as what they are, to everybody who waits, again and again', async () => {
  const threads = new HashingThreads(await threadThat("throw new Error('a broken installation')"))
  for (const texts of [['a', 'b'], ['c']])
    for (const result of await Promise.allSettled(texts.map((text) => threads.run('isArgon2', text, { stored: '' }))))
      expect(result).toMatchObject({ status: 'rejected', reason: { message: 'a broken installation' } })
})

test('a thread is given the text in memory of its own, and wipes it', async () => {
  const work = await threadThat('', 'export const isArgon2 = ({ text }) => text.buffer.byteLength')
  expect(await new HashingThreads(work).run('isArgon2', 'a password', { stored: '' })).toBe('a password'.length)
  const shipped: { isArgon2(task: object): Promise<boolean> } = await import(new URL('../../../hashing-thread.js', import.meta.url).href)
  for (const stored of [STORED, 'no hash']) {
    const text = new TextEncoder().encode('a password')
    await shipped.isArgon2({ text, stored }).catch(() => undefined)
    expect(text).toEqual(new Uint8Array(text.length))
  }
})

/** A module that does so at first, and then finds everything done. */
async function threadThat(begins: string, work = "export const isArgon2 = () => 'done'"): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-thread-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'thread.mjs')
  await writeFile(file, `${begins}\n${work}\n`)
  return pathToFileURL(file)
}

/** Of this process, thread by thread. */
async function niceOfThreads(): Promise<readonly number[]> {
  const threads = await readdir('/proc/self/task')
  const lines = await Promise.all(threads.map((thread) => readFile(`/proc/self/task/${thread}/stat`, 'utf8')))
  // Behind the name, which may hold blanks, the seventeenth field. Source: proc(5).
  return lines.map((line) => Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[16]))
}
