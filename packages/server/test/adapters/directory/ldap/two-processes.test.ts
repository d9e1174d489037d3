import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Secret } from '@rekey/core'
import { afterEach, expect, test } from 'vitest'
import { LdapDirectory } from '../../../../src/adapters/directory/ldap/ldap-directory.js'
import { cheapHasher } from '../cheap-hasher.js'
import { addPeople, makeBranch, removeBranch, settings } from './with-ldap.js'

const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
})

test('SEC-18: of 64 racing changes by two processes exactly one wins', async () => {
  const branch = await makeBranch()
  await addPeople(branch, [{ userName: 'jdoe', surname: 'Doe', password: 'Passw0rd1' }])
  const racers = ['first', 'second'].map((name) =>
    startRacer([branch.server.url, branch.base, branch.manager, branch.password, name, '32']),
  )
  expect(await Promise.all(racers.map((racer) => racer.nextLine()))).toEqual(['ready', 'ready'])
  for (const racer of racers) racer.go()
  const results = (await Promise.all(racers.map((racer) => racer.nextLine()))).map((line) => line.split(','))

  const directory = await LdapDirectory.open({ settings: settings(branch), hasher: cheapHasher() })
  const [jdoe] = await directory.find({ is: 'equals', field: 'userName', value: 'jdoe' })
  const lastAct = (await directory.lastAct(jdoe?.id ?? '')) ?? ''
  const [winner = '', at = ''] = lastAct.split(' ')
  const lost = Array.from({ length: 32 }, () => 'changed-meanwhile')
  expect(results).toEqual(
    ['first', 'second'].map((name) => lost.map((result, index) => (name === winner && index === Number(at) ? 'done' : result))),
  )
  expect(await directory.verifyPassword(jdoe?.id ?? '', new Secret(lastAct))).toBe(true)
  await directory.close()
  await removeBranch(branch)
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
