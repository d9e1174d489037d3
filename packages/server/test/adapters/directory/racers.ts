import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Secret, type Directory, type Principal } from '@rekey/core'
import { expect, onTestFinished } from 'vitest'
import type { RacedDirectory } from './race-child.js'

const RACERS = ['first', 'second']
const CHANGES = 32

/**
 * Two processes open one directory and, once both are ready, set the password of jdoe 32 times each.
 * @returns what became of each change, by process.
 */
export async function race(directory: RacedDirectory): Promise<readonly (readonly string[])[]> {
  const racers = RACERS.map((name) => startRacer([JSON.stringify(directory), name, String(CHANGES)]))
  expect(await Promise.all(racers.map((racer) => racer.nextLine()))).toEqual(['ready', 'ready'])
  for (const racer of racers) racer.go()
  return (await Promise.all(racers.map((racer) => racer.nextLine()))).map((line) => line.split(','))
}

/**
 * Only the change that the directory holds as the last act is done, its password is the one that counts, and all others came too late.
 * @returns whoever is called jdoe.
 */
export async function expectOneWinner(directory: Directory, results: readonly (readonly string[])[]): Promise<readonly Principal[]> {
  const people = await directory.find({ is: 'equals', field: 'userName', value: 'jdoe' })
  const [jdoe] = people
  const lastAct = (await directory.lastAct(jdoe?.id ?? '')) ?? ''
  const [winner = '', at = ''] = lastAct.split(' ')
  const lost = Array.from({ length: CHANGES }, () => 'changed-meanwhile')
  expect(results).toEqual(RACERS.map((name) => lost.map((result, index) => (name === winner && index === Number(at) ? 'done' : result))))
  expect(await directory.verifyPassword(jdoe?.id ?? '', new Secret(lastAct))).toBe(true)
  return people
}

function startRacer(args: readonly string[]) {
  const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
  const child = spawn(process.execPath, [here('run-source.mjs'), here('race-child.ts'), ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
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
