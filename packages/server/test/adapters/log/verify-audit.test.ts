import { canonicalJson, isJsonObject } from '@rekey/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Chain } from '../../../src/adapters/log/audit-chain.js'
import { closedTrail, faultsOf, OTHER_KEY, text, textsIn, verify, type Text } from './trail.js'

/** Line 0 begins the chain, 1 to 6 are events, 7 closes it; the number of a line in the file is one more. */
let lines: readonly string[] = []
let other: readonly string[] = []
beforeAll(async () => {
  lines = await linesOf()
  other = await linesOf()
})

async function linesOf(): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-chain-'))
  await closedTrail(folder, 6)
  const [only] = await textsIn(folder)
  await rm(folder, { recursive: true })
  return only?.all ?? []
}

const at = (index: number): string => lines[index] ?? ''
const without = (...indexes: readonly number[]) => lines.filter((_, index) => !indexes.includes(index))
const withLine = (index: number, line: string) => [...lines.slice(0, index), line, ...lines.slice(index)]
const replaced = (index: number, line: string) => lines.map((old, number) => (number === index ? line : old))
const file = (all: readonly string[]): readonly Text[] => [text('audit.jsonl', all)]

/** A line with other members, and the MAC that it had. */
function edited(index: number, change: (line: { [name: string]: unknown }) => void): string {
  const line: unknown = JSON.parse(at(index))
  if (!isJsonObject(line)) throw new Error('no line')
  const copy: { [name: string]: unknown } = { ...line }
  change(copy)
  return canonicalJson(copy)
}

test('a chain that nobody has touched is as it was written', async () => {
  const { chains, faults } = await verify(file(lines))
  expect({ faults, chains: chains.map(({ lines, closed }) => [lines, closed]) }).toEqual({ faults: [], chains: [[8, true]] })
})

describe('a manipulation is found where it was made', () => {
  test.for<readonly [string, () => readonly string[], readonly string[]]>([
    ['an event is changed', () => replaced(3, at(3).replace('step3', 'step9')), ['changed 4']],
    [
      'its time is changed',
      () =>
        replaced(
          3,
          edited(3, (line) => (line['entry'] = { event: 'passed', at: 1 })),
        ),
      ['changed 4'],
    ],
    [
      'its number is changed',
      () =>
        replaced(
          3,
          edited(3, (line) => (line['seq'] = 4)),
        ),
      ['changed 4'],
    ],
    ['two lines are changed', () => replaced(3, '{}').map((line, index) => (index === 4 ? 'x' : line)), ['changed 4', 'changed 5']],
    ['the first line is changed', () => replaced(0, at(0).replace('"format":1', '"format":2')), ['changed 1']],
    ['the last line is changed', () => replaced(7, at(7).replace('chain-ended', 'passed-ende')), ['changed 8']],
    [
      'a member is put beside',
      () =>
        replaced(
          3,
          edited(3, (line) => (line['more'] = true)),
        ),
      ['changed 4'],
    ],
    ['a member stands twice', () => replaced(3, at(3).replace('{"chain"', '{"seq":3,"chain"')), ['changed 4']],
    ['it is spelt in another way', () => replaced(3, at(3).replace('{"chain"', '{ "chain"')), ['changed 4']],
    ['a line is taken out', () => without(3), ['missing 4']],
    ['several lines are taken out', () => without(2, 3, 5), ['missing 3', 'missing 4']],
    ['the first lines are taken out', () => without(0, 1), ['missing 1']],
    ['a line of nobody is put in', () => withLine(3, '{"entry":{}}'), ['inserted 4']],
    ['a line is put in twice', () => withLine(5, at(2)), ['inserted 6']],
    ['a line follows itself', () => withLine(3, at(2)), ['inserted 4']],
    ['an empty line is put in', () => withLine(3, ''), ['inserted 4']],
    ['a line of another chain is put in', () => withLine(3, other[3] ?? ''), ['inserted 4']],
    ['two lines change places', () => [...lines.slice(0, 3), at(4), at(3), ...lines.slice(5)], ['moved 5']],
    ['a line is moved to the end', () => [...without(2), at(2)], ['moved 8']],
    ['a line is taken out and one put in', () => [...lines.slice(0, 3), '{}', ...lines.slice(4)], ['changed 4']],
    ['the last line is torn', () => replaced(7, at(7).slice(0, 20)), ['changed 8']],
    ['everything is torn', () => ['x', 'y'], ['changed 1']],
  ])('%s', async ([, manipulated, found]) => {
    expect(await faultsOf(file(manipulated()))).toEqual(found)
  })

  test('a line sealed with another key', async () => {
    const forger = new Chain(OTHER_KEY, JSON.parse(at(0)).chain as string)
    const forged = [0, 1, 2, 3].map((number) => forger.seal({ event: 'passed', at: number }))[3] ?? ''
    expect(await faultsOf(file(replaced(3, forged)))).toEqual(['changed 4'])
  })

  test('a whole file sealed with another key says so', async () => {
    expect(await faultsOf(file(lines), { key: OTHER_KEY })).toEqual(['other-key 1'])
  })
})

describe('a tail that was cut', () => {
  const cut = () => lines.slice(0, 5)

  test('shows as a chain that is not closed, which one that runs or died is as well', async () => {
    const { chains, faults } = await verify(file(cut()))
    expect([faults, chains.map(({ closed }) => closed)]).toEqual([[], [false]])
  })

  test('is found by a head that was noted elsewhere', async () => {
    const { chain, mac } = JSON.parse(at(6)) as { readonly chain: string; readonly mac: string }
    expect(await faultsOf(file(cut()), { heads: [{ chain, seq: 6, mac }] })).toEqual(['cut'])
    expect(await faultsOf(file(lines), { heads: [{ chain, seq: 6, mac }] })).toEqual([])
    expect(await faultsOf(file(lines), { heads: [{ chain, seq: 6, mac: mac.toUpperCase() }] })).toEqual(['changed 7'])
  })

  test('is found by a chain that began later, and so is a chain that is gone', async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'rekey-seen-'))
    context.onTestFinished(() => rm(folder, { recursive: true }))
    await closedTrail(folder, 5)
    await closedTrail(folder, 1)
    const [a, b] = await textsIn(folder)
    if (!a || !b) throw new Error('there are not two files')
    const [first, second] = a.all.length > b.all.length ? [a, b] : [b, a]
    expect(await faultsOf([first, second])).toEqual([])
    expect(await faultsOf([text('cut', first.all.slice(0, 3)), second])).toEqual(['cut'])
    expect(await faultsOf([second])).toEqual(['absent'])
    expect(await faultsOf([second], { partial: true })).toEqual([])
  })
})
