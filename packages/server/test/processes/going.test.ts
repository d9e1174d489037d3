import { Agent, request } from 'node:http'
import { describe, test, vi } from 'vitest'
import { flowOf } from './flows.js'
import { openHouse, PATIENCE_MS, SLOW } from './house.js'
import type { Server } from './server.js'
import { HEADERS, submitPath } from './visitor.js'

const WAIT = { timeout: PATIENCE_MS, interval: 20 }
const CALLERS = 16
const people = Array.from({ length: CALLERS }, (_, number) => `person${number}`)
const flows = { 'reset.yaml': flowOf('reset', ['userQuery', 'emailValidation', 'reset']) }

/** What became of one request. One that is not answered can be sent again; one that is half answered leaves its caller with nothing to go by. */
type Fate =
  | { readonly is: 'answered'; readonly status: number; readonly closes: boolean }
  | { readonly is: 'not answered' | 'half answered'; readonly code: string }

/** A start over a connection that may have been used before. */
function start(agent: Agent, { url }: Pick<Server, 'url'>, userName: string): Promise<Fate> {
  return new Promise((resolve) => {
    const sent = request(new URL(submitPath('reset'), url), { method: 'POST', agent, headers: HEADERS }, (response) => {
      response.on('error', (error: NodeJS.ErrnoException) => resolve({ is: 'half answered', code: error.code ?? '' }))
      response.on('end', () =>
        resolve({ is: 'answered', status: response.statusCode ?? 0, closes: response.headers.connection === 'close' }),
      )
      response.resume()
    })
    sent.on('error', (error: NodeJS.ErrnoException) => resolve({ is: 'not answered', code: error.code ?? '' }))
    sent.end(JSON.stringify({ input: { queryFilter: `userName eq "${userName}"` } }))
  })
}

describe.concurrent('a server that is asked to end while requests come in', SLOW, () => {
  test('answers all of them until whoever sends them has seen that it is not ready, and loses nothing', async ({
    expect,
    onTestFinished,
  }) => {
    const house = await openHouse({ flows, people }, onTestFinished)
    const server = await house.start({ program: 'rekey serve', more: { stop: { notice: '2s' } } })
    const agents = people.map(() => new Agent({ keepAlive: true, maxSockets: 1 }))
    onTestFinished(() => agents.forEach((agent) => agent.destroy()))
    const isReady = async () => (await fetch(`${server.url}/ready`)).status === 200
    const fates: Fate[] = []
    const sending = new AbortController()
    const calling = agents.map(async (agent, caller) => {
      while (!sending.signal.aborted) fates.push(await start(agent, server, people[caller] ?? ''))
    })
    await vi.waitFor(() => expect(fates.length).toBeGreaterThan(100), WAIT)
    expect(await isReady()).toBe(true)
    const before = fates.length

    const ended = server.stop()
    await vi.waitFor(async () => expect(await isReady()).toBe(false), WAIT)
    const whenRed = fates.length
    await vi.waitFor(() => expect(fates.length).toBeGreaterThan(whenRed + CALLERS), WAIT)
    sending.abort()
    await Promise.all(calling)
    expect(await ended).toBe(0)

    expect(fates.filter((fate) => fate.is !== 'answered' || fate.status !== 200)).toEqual([])
    // Each caller was told to come back over another connection, which leads elsewhere.
    expect(fates.slice(before).filter((fate) => fate.is === 'answered' && fate.closes).length).toBeGreaterThan(CALLERS)
    const told = house.audit().filter(({ event }) => event === 'sent' || event === 'withheld').length
    expect(told + (await house.outbox.pending())).toBe(fates.length)

    // Another process does what was left.
    await house.start()
    await vi.waitFor(async () => expect(await house.outbox.pending()).toBe(0), WAIT)
  })

  test('refuses those who come too late, and never leaves one half answered', async ({ expect, onTestFinished }) => {
    const house = await openHouse({ flows, people }, onTestFinished)
    const server = await house.start({ program: 'rekey serve' })
    const agents = people.map(() => new Agent({ keepAlive: true, maxSockets: 1 }))
    onTestFinished(() => agents.forEach((agent) => agent.destroy()))
    const fates: Fate[] = []
    const calling = agents.map(async (agent, caller) => {
      let fate: Fate
      do {
        fate = await start(agent, server, people[caller] ?? '')
        fates.push(fate)
      } while (fate.is === 'answered')
    })
    await vi.waitFor(() => expect(fates.length).toBeGreaterThan(100), WAIT)
    expect(await server.stop()).toBe(0)
    await Promise.all(calling)

    expect(fates.filter((fate) => fate.is === 'answered' && fate.status !== 200)).toEqual([])
    expect(fates.filter(({ is }) => is === 'half answered')).toEqual([])
    // Whatever was committed is owed or sent, also where its caller had gone; without an answer nobody can tell whether it was.
    const told = house.audit().filter(({ event }) => event === 'sent' || event === 'withheld').length
    expect(told + (await house.outbox.pending())).toBe(house.audit().filter(({ event }) => event === 'started').length)
  })
})
