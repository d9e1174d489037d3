import { join } from 'node:path'
import { afterAll, beforeAll, describe, test, vi } from 'vitest'
import { startCluster } from '../../../../scripts/redis-groups.mjs'
import type { PrivateCluster } from '../../../../scripts/redis-groups.mjs'
import { run } from '../../src/cli/run.js'
import { capturedIo } from '../cli/captured-io.js'
import { flowOf, NOTICE } from './flows.js'
import { FIRST_PASSWORD, openHouse, PATIENCE_MS, SLOW } from './house.js'
import { Visitor } from './visitor.js'

const AWAY = '503 Service unavailable'
const NEW_PASSWORD = 'Correct-Horse-1'
const WAIT = { timeout: PATIENCE_MS, interval: 100 }
/** So many conversations lie on every one of three masters, but for a chance of one in a million. */
const PEOPLE = Array.from({ length: 12 }, (_, at) => `person${at}`)

/** A dead process, or a claim that nobody finished, is found out soon. */
const SOON = { leaseMs: 1_500, outbox: { idleMs: 500 } } as const

const flows = { 'reset.yaml': flowOf('reset', ['userQuery', 'emailValidation', 'reset']) }

describe('a Redis Cluster', SLOW, () => {
  let cluster: PrivateCluster | undefined
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(() => cluster?.stop())

  test('carries conversations over the death of a master: its replica is promoted, and they go on', async ({ expect, onTestFinished }) => {
    if (cluster === undefined) throw new Error('the cluster is not up')
    const house = await openHouse({ flows, people: PEOPLE, store: { cluster: { nodes: cluster.nodes.slice(0, 2) } } }, onTestFinished)
    const [first, second] = await Promise.all([house.start(SOON), house.start(SOON)])
    const visitors = PEOPLE.map((name) => new Visitor(house, name))
    for (const visitor of visitors) expect(await visitor.search(first)).toBe('emailValidation validateCode')
    for (const visitor of visitors) expect(await visitor.enterCode(second)).toBe('resetStage initial')
    const io = capturedIo(house.folder)
    const config = join(house.folder, '0', 'rekey.yaml')
    expect(await run(['conversations', 'list', '--format', 'json', '--config', config], io)).toBe(0)
    const listed = JSON.parse(io.written.out) as readonly { readonly id: string }[]
    expect(listed.map(({ id }) => id).toSorted()).toEqual(visitors.map(({ conversation }) => conversation).toSorted())
    expect(await run(['outbox', 'list', '--config', config], io)).toBe(0)
    expect(io.written.out).toContain('0 set aside')

    process.kill(cluster.masters[0]?.pid ?? 0, 'SIGKILL')
    const input = { password: NEW_PASSWORD }
    const heard = new Set<string>()
    for (const visitor of visitors) {
      await vi.waitFor(async () => {
        const said = await visitor.says(first, input)
        heard.add(said)
        expect(said).toBe('resetStage end')
      }, WAIT)
    }
    heard.delete(AWAY)
    expect([...heard]).toEqual(['resetStage end'])
    await vi.waitFor(async () => expect(await house.outbox.pending()).toBe(0), WAIT)
    for (const name of PEOPLE)
      expect({
        inForce: await house.inForce(name, [FIRST_PASSWORD, NEW_PASSWORD]),
        changes: await house.changes(name),
        notices: house.mails(name, NOTICE).length,
      }).toEqual({ inForce: [NEW_PASSWORD], changes: 1, notices: 1 })
  })
})
