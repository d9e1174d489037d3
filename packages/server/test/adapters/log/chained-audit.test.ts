import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { auditFilesIn } from '../../../src/adapters/log/audit-files.js'
import type { AuditSync } from '../../../src/config/config.js'
import { closedTrail, event, faultsOf, openTrail, text, textsIn, trailFolder, verify } from './trail.js'

interface Line {
  readonly chain: string
  readonly seq: number
  readonly entry: {
    readonly event: string
    readonly step?: string
    readonly reason?: string
    readonly count?: number
    readonly saw?: readonly unknown[]
  }
}
const read = (line: string) => JSON.parse(line) as Line
const WAIT = { timeout: 20_000, interval: 20 }

describe('a trail', () => {
  test.for(['always', 'second', 'never'] as const)('holds what was recorded, in its order, with sync %s', async (sync: AuditSync) => {
    const folder = await trailFolder()
    const { heads } = await closedTrail(folder, 1_200, { sync })
    const [only, ...more] = await textsIn(folder)
    const lines = (only?.all ?? []).map(read)
    expect(more).toEqual([])
    expect(lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 1_202 }, (_, seq) => seq))
    expect(lines.slice(1, -1).map(({ entry }) => entry.step)).toEqual(Array.from({ length: 1_200 }, (_, index) => `step${index + 1}`))
    expect(heads.map(({ seq }) => seq)).toEqual([0, 1_201])
    expect(await faultsOf(await textsIn(folder))).toEqual([])
  })

  test('is written while it is recorded, and readable by its user alone', async () => {
    const folder = await trailFolder()
    const { audit } = await openTrail(folder)
    audit.record(event(1))
    const lines = await vi.waitFor(async () => {
      const [only] = await textsIn(folder)
      expect(only?.all).toHaveLength(2)
      return only?.all
    }, WAIT)
    const [path = ''] = await auditFilesIn(folder)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(lines?.map((line) => read(line).entry.event)).toEqual(['chain-began', 'passed'])
    await audit.close()
  })

  test('says of events that are kept when they are written, and keeps none once it is closed', async () => {
    const folder = await trailFolder()
    const { audit } = await openTrail(folder)
    await audit.keep([{ ...event(1), id: 'one' }, event(2)])
    // Told twice, as when a process dies before it has noted that it was told: the trail is whole, and the id says that it is one event.
    await audit.keep([{ ...event(1), id: 'one' }])
    const [written] = await textsIn(folder)
    expect(written?.all.map((line) => read(line).entry.step)).toEqual([undefined, 'step1', 'step2', 'step1'])
    await audit.close()
    expect(await faultsOf(await textsIn(folder))).toEqual([])
    await expect(audit.keep([event(3)])).rejects.toThrow('was closed')
  })

  test('goes on in other files, bound to each other', async () => {
    const folder = await trailFolder()
    await closedTrail(folder, 2_000, { rotateBytes: 50_000 })
    const texts = await textsIn(folder)
    expect(texts.length).toBeGreaterThan(3)
    expect(texts.map(({ all }) => read(all[0] ?? '').entry.event)).toEqual(['chain-began', ...texts.slice(1).map(() => 'chain-continued')])
    expect(await faultsOf(texts)).toEqual([])
    expect(await faultsOf(texts.toReversed())).toEqual([])
    expect(await faultsOf(texts.slice(1))).toEqual(['missing 1'])
    expect(await faultsOf(texts.slice(1), { partial: true })).toEqual([])
    expect(await faultsOf(texts.filter((_, index) => index !== 1))).toEqual(['missing 1'])
    const [first] = texts
    expect(await faultsOf([text('cut', first?.all.slice(0, -1) ?? []), ...texts.slice(1)])).toEqual(['missing 1'])
  })

  test('of several processes in one folder is one chain for each', async () => {
    const folder = await trailFolder()
    const trails = await Promise.all(Array.from({ length: 4 }, () => openTrail(folder)))
    for (let number = 1; number <= 300; number++) for (const { audit } of trails) audit.record(event(number))
    await Promise.all(trails.map(({ audit }) => audit.close()))
    const { chains, faults } = await verify(await textsIn(folder))
    expect([faults, chains.map(({ lines, closed }) => [lines, closed])]).toEqual([[], Array.from({ length: 4 }, () => [302, true])])
  })

  test('a chain notes how far those before it had come, also one whose process died in the middle of a line', async () => {
    const folder = await trailFolder()
    const { heads } = await closedTrail(folder, 3)
    const [path = ''] = await auditFilesIn(folder)
    await writeFile(path, `${await readFile(path, 'utf8')}{"chain":"half a li`)
    await closedTrail(folder, 0)
    const later = (await textsIn(folder)).map(({ all }) => read(all[0] ?? '')).find(({ entry }) => entry.saw?.length === 1)
    expect(later?.entry.saw).toEqual([heads.at(-1)])
  })

  test('SEC-75 bounds what callers send, and keeps each event on one line', async () => {
    const folder = await trailFolder()
    const { audit } = await openTrail(folder)
    audit.record({
      event: 'started',
      at: 1,
      address: 'a\r\n{"seq":1}\u2028\u001b[31m',
      requestId: 'x'.repeat(60_000),
      more: { deep: ['y'.repeat(60_000)] },
    })
    await audit.close()
    const [only] = await textsIn(folder)
    expect(only?.all).toHaveLength(3)
    expect(only?.all[1]?.length).toBeLessThan(1_000)
    expect(await faultsOf(await textsIn(folder))).toEqual([])
  })
})

describe('a disk that refuses', () => {
  test('makes events wait, says so once, and leaves no gap when it takes them again', async () => {
    const folder = join(await trailFolder(), 'trail')
    const { audit, faults } = await openTrail(folder, { rotateBytes: 1 })
    await rename(folder, `${folder}-away`)
    for (let number = 1; number <= 50; number++) audit.record(event(number))
    await vi.waitFor(() => expect(audit.isWell).toBe(false), WAIT)
    audit.record(event(51))
    let isKept = false
    const keeping = audit.keep([event(52)]).then(() => (isKept = true))
    await vi.waitFor(() => expect(faults).toHaveLength(1), WAIT)
    expect(isKept).toBe(false)
    await mkdir(folder)
    await vi.waitFor(() => expect(audit.isWell).toBe(true), WAIT)
    await keeping
    await audit.close()
    expect(faults).toEqual([expect.objectContaining({ code: 'ENOENT' })])
    const texts = [...(await textsIn(`${folder}-away`)), ...(await textsIn(folder))]
    expect(await faultsOf(texts)).toEqual([])
    const steps = texts.flatMap(({ all }) => all.map((line) => read(line).entry.step)).filter((step) => step !== undefined)
    expect(steps).toEqual(Array.from({ length: 52 }, (_, index) => `step${index + 1}`))
  })

  test('a folder that cannot be made is told at the start', async () => {
    const folder = await trailFolder()
    await writeFile(join(folder, 'file'), '')
    await expect(openTrail(join(folder, 'file'))).rejects.toThrow('EEXIST')
  })

  test('what cannot wait is counted, and the count is written; what is owed waits, however many do, and none of it is lost', async () => {
    const folder = join(await trailFolder(), 'trail')
    const { audit } = await openTrail(folder, { rotateBytes: 10_000_000 })
    // Half of what waits fills the file; the next one has no folder.
    await rename(folder, `${folder}-away`)
    for (let number = 1; number <= 100_003; number++) audit.record(event(number))
    await vi.waitFor(() => expect(audit.isWell).toBe(false), WAIT)
    const kept = Promise.all(['owed', 'alike'].map((reason) => audit.keep([{ ...event(0), reason }])))
    await mkdir(folder)
    await kept
    await audit.close()
    const texts = [...(await textsIn(`${folder}-away`)), ...(await textsIn(folder))]
    const entries = texts.flatMap(({ all }) => all.map((line) => read(line).entry))
    expect(entries.filter(({ reason }) => reason !== undefined).map(({ reason }) => reason)).toEqual(['owed', 'alike'])
    expect(entries.find(({ event: name }) => name === 'audit-lost')?.count).toBe(3)
    expect(await faultsOf(texts)).toEqual([])
  })
})
