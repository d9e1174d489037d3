import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Secret } from '@rekey/core'
import { afterEach, expect, test } from 'vitest'
import { PostgresDirectory } from '../../../../src/adapters/directory/postgres/postgres-directory.js'
import { cheapHasher } from '../cheap-hasher.js'
import { administer, dropSchema, freshSchema, postgresUrl, settings } from './with-postgres.js'

const SEED =
  'people:\n  - { userName: jdoe, password: Passw0rd1, groups: [staff] }\n  - { userName: other }\nquestions: { "1": { en: Who? } }\n'
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
})

test('two processes make the tables and seed them at once, and of their 64 racing changes exactly one wins', async () => {
  const schema = freshSchema()
  const racers = ['first', 'second'].map((name) => startRacer([postgresUrl(), schema, SEED, name, '32']))
  expect(await Promise.all(racers.map((racer) => racer.nextLine()))).toEqual(['ready', 'ready'])
  for (const racer of racers) racer.go()
  const results = (await Promise.all(racers.map((racer) => racer.nextLine()))).map((line) => line.split(','))

  const directory = await PostgresDirectory.open({ settings: settings({ schema }), hasher: cheapHasher() })
  const people = await directory.find({ is: 'equals', field: 'userName', value: 'jdoe' })
  const lastAct = (await directory.lastAct(people[0]?.id ?? '')) ?? ''
  const [winner = '', at = ''] = lastAct.split(' ')
  const lost = Array.from({ length: 32 }, () => 'changed-meanwhile')
  expect(people).toMatchObject([{ groups: ['staff'] }])
  expect(results).toEqual(
    ['first', 'second'].map((name) => lost.map((result, index) => (name === winner && index === Number(at) ? 'done' : result))),
  )
  expect(await directory.verifyPassword(people[0]?.id ?? '', new Secret(lastAct))).toBe(true)
  expect(
    await administer(
      `SELECT (SELECT count(*) FROM ${schema}.earlier_passwords)::int AS earlier, (SELECT count(*) FROM ${schema}.questions)::int AS questions`,
    ),
  ).toEqual([{ earlier: 1, questions: 1 }])
  await directory.close()
  await dropSchema(schema)
})

function startRacer(args: readonly string[]) {
  const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
  const child = spawn(process.execPath, [here('../run-source.mjs'), here('race-child.ts'), ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
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
