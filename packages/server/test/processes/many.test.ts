import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test, vi } from 'vitest'
import { flowOf } from './flows.js'
import { openHouse, PATIENCE_MS, SLOW } from './house.js'
import type { LogLine, Server } from './server.js'
import { HEADERS, submitPath } from './visitor.js'

const WAIT = { timeout: PATIENCE_MS, interval: 20 }
const flows = { 'reset.yaml': flowOf('reset', ['userQuery', 'kba', 'parameters']) }

const processes = ({ log }: Server): readonly number[] =>
  log.filter(({ msg }: LogLine) => msg === 'listening').map(({ pid }) => pid ?? Number.NaN)

/** One request over a connection of its own, so that any of the processes may get it. */
async function send(server: Server, body: unknown): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await fetch(new URL(submitPath('reset'), server.url), {
    method: 'POST',
    headers: { ...HEADERS, connection: 'close' },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: await answer.json() }
}

describe.concurrent('several processes on one port', SLOW, () => {
  test('serve the same conversations, replace one that dies, and end together', async ({ expect, onTestFinished }) => {
    const house = await openHouse({ flows, people: ['jdoe'] }, onTestFinished)
    const server = await house.start({ program: 'rekey serve', more: { processes: 2, stop: { notice: '1s' } } })
    await vi.waitFor(() => expect(new Set(processes(server)).size).toBe(2), WAIT)
    expect(processes(server)).not.toContain(server.pid)

    const begun = await send(server, { input: { queryFilter: 'userName eq "jdoe"' } })
    expect(begun).toMatchObject({ status: 200, body: { tag: 'initial' } })
    const [first = 0] = processes(server)
    process.kill(first, 'SIGKILL')
    await vi.waitFor(() => expect(new Set(processes(server)).size).toBe(3), WAIT)
    // One was killed, and nobody who asks now is turned away; the conversation is the one of before.
    const { token } = begun.body as { readonly token: string }
    const again = await Promise.all(Array.from({ length: 8 }, () => send(server, { token, input: { answer1: 'Red' } })))
    expect(again.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => again[0]?.status))

    expect(await server.stop()).toBe(0)
    for (const pid of processes(server)) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  // As a terminal does, and supervisors that end a whole group: each process is told twice, by them and by the first process.
  test('end in good order though all of them are told to end, not the first one alone', async ({ expect, onTestFinished }) => {
    const house = await openHouse({ flows, people: [] }, onTestFinished)
    const folder = join(house.folder, 'trail')
    const server = await house.start({ program: 'rekey serve', more: { processes: 2, stop: { notice: '2s' }, audit: { folder } } })
    await vi.waitFor(() => expect(new Set(processes(server)).size).toBe(2), WAIT)
    const pids = processes(server)
    for (const pid of pids) process.kill(pid, 'SIGTERM')
    expect(await server.stop()).toBe(0)

    const trails = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))
    const ends = pids.map((pid) => trails.filter((trail) => trail.includes(`"pid":${pid}`) && trail.includes('"chain-ended"')).length)
    expect(ends).toEqual([1, 1])
  })

  test('do not start with what keeps one of them from starting, and say it once', async ({ expect, onTestFinished }) => {
    const house = await openHouse({ flows, people: [] }, onTestFinished)
    const taken = await house.start({ program: 'rekey serve' })
    const port = Number(new URL(taken.url).port)
    const fault = house.start({ program: 'rekey serve', more: { processes: 3, port } })
    await expect(fault).rejects.toThrow(
      new RegExp(`^a server did not start: it ended with 1\\s+rekey: port ${port} on 127.0.0.1 is taken[^\\n]*$`),
    )
  })
})
