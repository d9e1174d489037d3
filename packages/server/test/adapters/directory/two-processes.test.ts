import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Secret } from '@rekey/core'
import { afterEach, expect, test } from 'vitest'
import { SqliteDirectory } from '../../../src/adapters/directory/sqlite-directory.js'
import { cheapHasher } from './cheap-hasher.js'
import { makeFolder } from './folder.js'

const SEED = 'people:\n  - { userName: jdoe, password: Passw0rd1 }\n  - { userName: other }\n'
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
})

test('two processes open, make and seed one file at once, and of their 64 racing changes exactly one wins', async () => {
  const folder = await makeFolder()
  const path = join(folder.path, 'people.db')
  const racers = ['first', 'second'].map((name) => startRacer([path, SEED, name, '32']))
  expect(await Promise.all(racers.map((racer) => racer.nextLine()))).toEqual(['ready', 'ready'])
  for (const racer of racers) racer.go()
  const results = (await Promise.all(racers.map((racer) => racer.nextLine()))).map((line) => line.split(','))

  const directory = await SqliteDirectory.open({ path, hasher: cheapHasher() })
  const people = await directory.find({ is: 'equals', field: 'userName', value: 'jdoe' })
  const lastAct = (await directory.lastAct(people[0]?.id ?? '')) ?? ''
  const [winner = '', at = ''] = lastAct.split(' ')
  const lost = Array.from({ length: 32 }, () => 'changed-meanwhile')
  expect(people).toHaveLength(1)
  expect(results).toEqual(
    ['first', 'second'].map((name) => lost.map((result, index) => (name === winner && index === Number(at) ? 'done' : result))),
  )
  expect(await directory.verifyPassword(people[0]?.id ?? '', new Secret(lastAct))).toBe(true)
  await directory.close()
  await folder.remove()
})

function startRacer(args: readonly string[]) {
  const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
  const child = spawn(process.execPath, [here('run-source.mjs'), here('race-child.ts'), ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async nextLine(): Promise<string> {
      const line = await lines.next()
      if (line.done === true) throw new Error('a racing process ended before its time')
      return line.value
    },
    go: () => child.stdin.write('go\n'),
  }
}
