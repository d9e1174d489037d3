import { afterEach, describe, expect, test } from 'vitest'
import type { Carried } from '@rekey/core'
import { blue, intent, named, openOf, password, request, short, tokenOf, typed } from './acts.js'
import { WIDE_LIMITS } from './machine-of.js'
import { overridden } from './overridden.js'
import { closeRigs, openRig } from './rig.js'

afterEach(closeRigs)

describe('a start while another conversation is carried', () => {
  const begin = async () => {
    const rig = await openRig({ steps: ['userQuery', 'kba', 'reset'] })
    const asked = await rig.engine.handle(intent('start', { answers: [named('jdoe')] }))
    return { ...rig, asked, carried: tokenOf(asked) }
  }

  test('is refused with the view of the one that lives, where the dialect says so', async () => {
    const { engine, asked, carried, names } = await begin()
    const refused = await engine.handle(intent('start', { carried, whileRunning: 'refuse', answers: [named('asmith')] }))
    expect(refused).toEqual({ ...asked, problem: { code: 'out-of-turn' } })
    expect(names().filter((name) => name === 'started')).toHaveLength(1)
  })

  test('ends the one that lives, where the dialect says so', async () => {
    const { engine, asked, carried, names } = await begin()
    const other = await engine.handle(intent('start', { carried, whileRunning: 'restart', answers: [named('asmith')] }))
    expect(short(other)).toEqual({ view: 'kba initial', problem: undefined })
    expect(openOf(other).conversation).not.toBe(openOf(asked).conversation)
    expect(names()).toContain('ended cancelled')
    expect((await engine.handle(intent('look', { carried }))).view).toMatchObject({ is: 'ended', as: 'cancelled' })
    expect((await engine.handle(intent('submit', { carried, answers: [blue] }))).problem).toEqual({ code: 'spent' })
  })

  test('leaves it alone where the dialect says nothing', async () => {
    const { engine, asked, carried } = await begin()
    await engine.handle(intent('start', { carried, answers: [named('asmith')] }))
    expect(await engine.handle(intent('look', { carried }))).toEqual(asked)
  })

  test.for(['refuse', 'restart'] as const)(
    'takes no notice (%s) of what is spent, ended, bent, or of another dialect',
    async (whileRunning) => {
      const { engine, carried } = await begin()
      const moved = tokenOf(await engine.handle(intent('submit', { carried, answers: [blue] })))
      const foreign = tokenOf(await engine.handle(intent('start', { dialect: 'other', answers: [named('jdoe')] })))
      const ended = tokenOf(await engine.handle(intent('start', { answers: [named('jdoe')] })))
      await engine.handle(intent('cancel', { carried: ended }))
      const others: readonly Carried[] = [carried, ended, 'a.b.c', foreign, { is: 'handle', handle: 'x', purpose: 'session' }]
      for (const other of others) {
        const started = await engine.handle(intent('start', { carried: other, whileRunning, answers: [named('asmith')] }))
        expect(short(started)).toEqual({ view: 'kba initial', problem: undefined })
      }
      const looks = [intent('look', { carried: moved }), intent('look', { dialect: 'other', carried: foreign })]
      for (const look of looks) expect((await engine.handle(look)).view?.is).toBe('open')
    },
  )

  test('SEC-22 adopts nothing of it', async () => {
    const { engine, carried, people } = await begin()
    await engine.handle(intent('submit', { carried, answers: [blue] }))
    const start = intent('start', { carried, whileRunning: 'restart', answers: [named('jdoe'), password('N3w-passw0rd')] })
    expect(short(await engine.handle(start)).problem).toBe('out-of-turn')
    expect((await people.read('p-jdoe'))?.mustChange).toBeUndefined()
  })
})

describe('a start that repeats another', () => {
  const repeats = { key: 'somebody', seconds: 60 }
  const start = (more: Parameters<typeof intent>[1] = {}) => intent('start', { repeats, answers: [named('jdoe')], ...more })

  test('goes on with the conversation of the first, and its code is sent again', async () => {
    const { engine, due, delivered } = await openRig()
    const first = await engine.handle(start())
    const again = await engine.handle(start())
    await delivered()
    expect(again).toEqual(first)
    const codes = due().map((letter) => letter.code?.reveal())
    expect(codes).toEqual([codes[0], codes[0]])
  })

  test('at the same moment is one conversation', async () => {
    const { engine, faults } = await openRig()
    const replies = await Promise.all([1, 2, 3, 4].map(() => engine.handle(start())))
    expect(new Set(replies.map((reply) => openOf(reply).conversation)).size).toBe(1)
    expect(replies.map(({ problem }) => problem)).toEqual([undefined, undefined, undefined, undefined])
    expect(faults).toEqual([])
  })

  test('counts, and is limited, though what stands before it cannot be read', async () => {
    const { engine, names } = await openRig({
      machine: { limits: { ...WIDE_LIMITS, starts: { address: { count: 1, seconds: 3600 } } } },
      wrap: (options) => ({
        ...options,
        conversations: overridden(options.conversations, { look: () => Promise.reject(new Error('unreadable')) }),
      }),
    })
    const codes = [await engine.handle(start()), await engine.handle(start())].map(({ problem }) => problem?.code)
    expect(codes).toEqual(['unavailable', 'limited'])
    expect(names()).toEqual(['limited starts'])
  })

  test('begins afresh once something was proved in the first, when it is over, and when the time has passed', async () => {
    const { engine, code, delivered, advance } = await openRig()
    const conversations: string[] = []
    const begin = async () => {
      const reply = await engine.handle(start())
      conversations.push(openOf(reply).conversation)
      await delivered()
      return reply
    }
    await engine.handle(intent('submit', { carried: tokenOf(await begin()), answers: [typed(code())] }))
    await engine.handle(intent('cancel', { carried: tokenOf(await begin()) }))
    await begin()
    await advance(121)
    await begin()
    expect(new Set(conversations).size).toBe(4)
  })

  test.for([
    ['another key', { repeats: { ...repeats, key: 'somebody else' } }],
    ['another dialect', { dialect: 'other' }],
    ['no key', { repeats: undefined }],
  ] as const)('is none with %s', async ([, more]) => {
    const { engine } = await openRig()
    const first = openOf(await engine.handle(start()))
    const { repeats: key, ...rest } = { repeats, ...more }
    const other = openOf(await engine.handle(intent('start', { answers: [named('jdoe')], ...rest, ...(key && { repeats: key }) })))
    expect(other.conversation).not.toBe(first.conversation)
  })
})

describe('the ceiling of the store', () => {
  const from = (address: string) => ({ request: { ...request, address }, answers: [named('jdoe')] })
  const limits = { ...WIDE_LIMITS, starts: { address: { count: 3, seconds: 3600 } } }
  const startCeiling = { count: 5, seconds: 60 }
  const opened = () =>
    openRig({ steps: ['userQuery', 'kba', 'reset'], machine: { limits }, wrap: (options) => ({ ...options, startCeiling }) })

  test('is not used up by an address that has used up its own starts', async () => {
    const { engine, names } = await opened()
    const start = async (address: string) => (await engine.handle(intent('start', from(address)))).problem?.code
    const greedy = []
    for (let starts = 0; starts < 20; starts++) greedy.push(await start('192.0.2.1'))
    expect(greedy.filter((code) => code === undefined)).toHaveLength(3)
    expect([await start('192.0.2.2'), await start('192.0.2.3'), await start('192.0.2.4')]).toEqual([undefined, undefined, 'limited'])
    expect(names().filter((name) => name === 'limited starts')).toHaveLength(17)
    expect(names().filter((name) => name === 'limited starts-of-all')).toHaveLength(1)
  })

  test('counts an IPv6 network as one address, holds up nobody who was there before, and ends with its minute', async () => {
    const { engine, advance } = await opened()
    const start = (address: string) => engine.handle(intent('start', from(address)))
    const asked = await start('2001:db8:0:1::1')
    const codes = []
    for (const host of ['2', '3', '4', '5']) codes.push((await start(`2001:db8:0:1::${host}`)).problem?.code)
    expect(codes).toEqual([undefined, undefined, 'limited', 'limited'])
    for (const net of ['2', '3', '4']) await start(`2001:db8:0:${net}::1`)
    expect((await start('2001:db8:0:9::1')).problem?.code).toBe('limited')
    expect(short(await engine.handle(intent('submit', { carried: tokenOf(asked), answers: [blue] }))).view).toBe('reset initial')
    await advance(61)
    expect((await start('2001:db8:0:9::1')).problem).toBeUndefined()
  })
})
