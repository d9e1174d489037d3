import type { Machine } from '@rekey/core'
import { afterEach, describe, expect, test } from 'vitest'
import type { Filter, FilterField } from '@rekey/core'
import { intent, named, openOf, searched, short } from './acts.js'
import { WIDE_LIMITS } from './machine-of.js'
import { closeRigs, openRig } from './rig.js'

afterEach(closeRigs)

const is = (field: FilterField, value: string): Filter => ({ is: 'equals', field, value })
const or = (...of: readonly Filter[]): Filter => ({ is: 'or', of })

describe('SEC-1 a search that names several texts', () => {
  const own = is('userName', 'asmith')

  test.for([
    ['beside one’s own account', (victim: string) => or(is('userName', victim), own)],
    ['behind one’s own account', (victim: string) => or(own, is('userName', victim))],
    ['in depth', (victim: string) => or(or(is('userName', victim), is('mail', victim)), or(own))],
    ['by another field', (victim: string) => or(is('mail', `${victim}@example.com`), is('mail', 'asmith@example.com'))],
  ] as const)('%s tells nothing of the other one', async ([, search]) => {
    const { engine, letters, delivered } = await openRig()
    const ask = async (victim: string) => {
      const { view, ...rest } = short(await engine.handle(intent('start', { answers: [searched(search(victim))] })))
      await delivered()
      return { view, ...rest, letter: letters.at(-1)?.is }
    }
    const nothing = { view: 'emailValidation validateCode', problem: undefined, letter: 'void' }
    for (const victim of ['jdoe', 'locked', 'nobody']) expect(await ask(victim)).toEqual(nothing)
  })

  test.for([
    ['one of several fields', or(is('userName', 'jdoe'), is('mail', 'jdoe'))],
    ['the other of several fields', or(is('userName', 'jdoe@example.com'), is('mail', 'jdoe@example.com'))],
    ['the same assertion again', or(is('userName', 'jdoe'), is('userName', 'jdoe'), is('userName', 'jdoe'))],
    ['a search within a search', or(or(is('userName', 'jdoe'), is('mail', 'jdoe')), or(is('userName', 'jdoe')))],
    ['two texts of one person', or(is('userName', 'jdoe'), is('mail', 'jdoe@example.com'))],
    ['two texts in another letter case', { is: 'and', of: [is('userName', 'JDoe'), is('mail', 'JDOE@example.com')] }],
    [
      'two texts of one person, each for several fields',
      or(or(is('userName', 'jdoe'), is('mail', 'jdoe')), or(is('userName', 'jdoe@example.com'), is('mail', 'jdoe@example.com'))),
    ],
  ] as const satisfies readonly (readonly [string, Filter])[])('finds the same person however it is padded: %s', async ([, filter]) => {
    const { engine, due, delivered } = await openRig()
    await engine.handle(intent('start', { answers: [searched(filter)] }))
    await delivered()
    expect(due().map(({ message }) => message.to)).toEqual(['jdoe@example.com'])
  })

  test('SEC-7 finds nobody when two people fit', async () => {
    const { engine, letters, delivered, names } = await openRig({ people: [{ userName: 'twin', mail: 'jdoe@example.com' }] })
    const asked = await engine.handle(intent('start', { answers: [searched(is('mail', 'jdoe@example.com'))] }))
    await delivered()
    expect(openOf(asked).requirement.to).toBe('jd**@e*****e.com')
    expect(letters.map(({ is }) => is)).toEqual(['void'])
    expect(names()).toContain('named userQuery ambiguous')
  })
})

describe('SEC-31 typing an address as a user name', () => {
  test('spends nothing of what its owner may be sent', async () => {
    const limits = { ...WIDE_LIMITS, messages: { conversation: 3, destination: { count: 2, seconds: 3600 } } }
    const { engine, letters, due, delivered } = await openRig({ machine: { limits } })
    for (let starts = 0; starts < 6; starts++) await engine.handle(intent('start', { answers: [named('jdoe@example.com')] }))
    await delivered()
    expect(letters.map(({ is }) => is)).toEqual(Array.from({ length: 6 }, () => 'void'))
    for (let starts = 0; starts < 3; starts++) await engine.handle(intent('start', { answers: [named('jdoe')] }))
    await delivered()
    expect(due()).toHaveLength(2)
  })
})

describe('SEC-5 the masked address before anything was proved', () => {
  const masked = async (text: string, machine?: Partial<Machine>) => {
    const { engine } = await openRig({ ...(machine && { machine }) })
    return openOf(await engine.handle(intent('start', { answers: [named(text)] }))).requirement.to
  }

  test.for([
    ['of somebody whose user name is an address, and whose mail is none', 'mailless@example.com', 'mai****s@e*****e.com'],
    ['of nobody, where an address was typed', 'somebody@example.org', 'som****y@e*****e.org'],
    ['of somebody who has one, where none was typed', 'JDOE', undefined],
    ['of nobody, where none was typed', 'nobody', undefined],
  ] as const)('%s says what was typed and no more', async ([, text, mask]) => {
    expect(await masked(text)).toBe(mask)
  })

  test('is that of the directory where the flow reveals', async () => {
    expect(await masked('JDOE', { unknownAccount: 'reveal' })).toBe('jd**@e*****e.com')
  })
})
