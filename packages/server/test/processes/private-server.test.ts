import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

/** Starts three servers, of which the removal of the first fails and the kill of the second, and ends in their midst. */
const BROKEN_OFF = `
  import { ChildProcess } from 'node:child_process'
  import { writeSync } from 'node:fs'
  import { startServer } from ${JSON.stringify(new URL('../../../../scripts/private-server.mjs', import.meta.url).href)}

  const say = (...words) => writeSync(1, words.join(' ') + '\\n')
  const names = new Map()
  const { kill } = ChildProcess.prototype
  ChildProcess.prototype.kill = function (signal) {
    const name = names.get(this.pid)
    say('kill', name, signal)
    kill.call(this, signal)
    if (name === 'two') throw new Error('two was killed by somebody')
  }
  for (const name of ['one', 'two', 'three']) {
    const program = { name, path: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'], options: { stdio: 'ignore' } }
    const remove = () => {
      say('remove', name)
      if (name === 'one') throw new Error('one is not empty')
    }
    const { pid } = await startServer(program, { isUp: () => true, readyMs: 60_000, remove })
    names.set(pid, name)
    say('pid', pid)
  }
  process.exit(7)
`

test('a run that is broken off ends every server before it removes anything, also where one of the endings fails', async () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', BROKEN_OFF], { encoding: 'utf8' })
  const lines = stdout.trim().split('\n')
  expect(lines.filter((line) => !line.startsWith('pid'))).toEqual([
    ...['one', 'two', 'three'].map((name) => `kill ${name} SIGKILL`),
    ...['one', 'two', 'three'].map((name) => `remove ${name}`),
  ])
  expect([status, stderr]).toEqual([7, 'two was killed by somebody\none is not empty\n'])
  const pids = lines.filter((line) => line.startsWith('pid')).map((line) => Number(line.slice(4)))
  expect(pids).toHaveLength(3)
  await expect.poll(() => pids.filter(runs), { timeout: 30_000 }).toEqual([])
})

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
