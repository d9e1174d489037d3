import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wireServer } from '../wire/server.js'
import { readTranscript, replay } from '../wire/transcript.js'
import { house, WIRES, type House } from '../wires/house.js'
import { CHANGERS, generate } from '../wires/one-call.js'
import { guessed } from '../wires/strangers.js'
import { Judge, type Exchange } from './judge.js'
import { documentOf, recorded } from './recording.js'

const TRANSCRIPTS = [
  ['forgerock', join(import.meta.dirname, '../wire/transcripts')],
  ['centrify', join(import.meta.dirname, '../dialects/centrify/transcripts')],
] as const

describe.each(TRANSCRIPTS)('what %s says in its transcripts is what the document says', (dialect, folder) => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.transcript'))

  test.each(names)('%s', async (name) => {
    const transcript = readTranscript(readFileSync(join(folder, name), 'utf8'))
    const server = await wireServer({ config: transcript.config })
    const exchanges = recorded(server.client)
    try {
      const judge = new Judge(
        await documentOf(server.client, dialect),
        dialect === 'centrify' ? ['SessionId', 'MechanismId', 'Action'] : [],
      )
      await replay(server, transcript)
      expect(exchanges.filter(isOf(judge)).flatMap((exchange) => judge.lies(exchange))).toEqual([])
      expect(exchanges.filter(isOf(judge)).length).toBeGreaterThan(0)
    } finally {
      await server.close()
    }
  })
})

/** A path that nobody serves is not described, and is not lied about. */
function isOf(judge: Judge): (exchange: Exchange) => boolean {
  return ({ call, answer }) => answer.status !== 404 || judge.operationOf(call) !== undefined
}

describe('with one flow on every wire', () => {
  let at: House
  let exchanges: readonly Exchange[] = []
  const judges = new Map<string, Judge>()
  beforeAll(async () => {
    at = await house()
    exchanges = recorded(at.client)
    for (const name of ['forgerock', 'centrify', 'airlock', 'cidaas', 'bright-pattern']) {
      judges.set(name, new Judge(await documentOf(at.client, name)))
    }
  })
  afterAll(() => at.close())

  /** What the document of a dialect says wrongly of what was said since. */
  const liesSince = (from: number, name: string) => exchanges.slice(from).flatMap((exchange) => judges.get(name)?.lies(exchange) ?? [name])

  test.each(WIRES)('a reset from end to end over $name', async (wire) => {
    const from = exchanges.length
    const visit = await at.named(wire, 'bjensen')
    expect(await at.says(visit, visit.types('10000000'))).toBe('refused')
    const again = visit.asksAgain?.()
    if (again) await at.says(visit, again)
    expect(await at.says(visit, visit.types(await at.code('bjensen@example.com')))).toBe('next')
    expect(await at.says(visit, visit.chooses('short'))).toBe('refused')
    expect(await at.says(visit, visit.chooses(`N3w-passw0rd-${wire.name}`))).toBe('done')
    expect(await at.says(visit, visit.chooses('An0ther-passw0rd'))).toBe('refused')
    expect(liesSince(from, wire.name)).toEqual([])
    expect(exchanges.length - from).toBeGreaterThan(5)
  })

  test.each(WIRES)('everything that a stranger can try over $name', async (wire) => {
    const from = exchanges.length
    await guessed(at, wire, 'nobody')
    expect(liesSince(from, wire.name)).toEqual([])
  })

  test('a password changed in one call', async () => {
    let present = 'Passw0rd1'
    for (const { name, signedIn, isDone } of CHANGERS) {
      const from = exchanges.length
      const change = await signedIn(at, present)
      expect(isDone(await at.send(change('not-the-0ld-one', 'Fresh-passw0rd')))).toBe(false)
      expect(isDone(await at.send(change(present, 'short')))).toBe(false)
      const next = `Fresh-passw0rd-${name}`
      expect(isDone(await at.send(change(present, next)))).toBe(true)
      present = next
      expect(liesSince(from, name)).toEqual([])
    }
  })

  test('a generated password, somebody unknown, a wrong token, and no JSON', async () => {
    const from = exchanges.length
    const calls = [
      generate('Jon.One'),
      generate('No.Body'),
      generate('Jon.One', 'guessed'),
      { ...generate('Jon.One'), body: 'user=Jon.One' },
    ]
    const statuses = []
    for (const call of calls) statuses.push((await at.send(call)).status)
    expect(statuses).toEqual([200, 200, 404, 400])
    expect(liesSince(from, 'bright-pattern')).toEqual([])
  })
})
