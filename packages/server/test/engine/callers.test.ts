import { afterEach, describe, expect, test } from 'vitest'
import { Secret, UnlinkableMachine, type EngineOptions, type Problem } from '@rekey/core'
import { intent, named, openOf, outputOf, password, request, short, tokenOf } from './acts.js'
import { WIDE_LIMITS } from './machine-of.js'
import { overridden } from './overridden.js'
import { closeRigs, openRig, type RigOptions } from './rig.js'

afterEach(closeRigs)

const fault: Problem = { code: 'request-malformed', detail: 'no JSON' }
const bearing = (text: string) => ({ request: { ...request, bearer: new Secret(text) } })
const TOKEN = 'a-long-random-token-of-an-application'
const GENERATE: RigOptions = {
  steps: [{ type: 'trustedCaller', settings: { secret: '${CALLER_TOKEN}' } }, 'userQuery', 'generatePassword'],
  machine: { require: 'vouched', unknownAccount: 'reveal' },
  secrets: { CALLER_TOKEN: TOKEN },
}

describe('a caller who must be known', () => {
  test.for([
    ['a wrong token', bearing('wrong')],
    ['an empty token', bearing('')],
    ['no token', {}],
  ] as const)('is refused with %s, before anything else is looked at', async ([, rest]) => {
    const { engine, faults } = await openRig(GENERATE)
    for (const more of [{ fault }, { answers: [named('jdoe')] }, {}]) {
      const reply = await engine.handle(intent('start', { ...rest, ...more }))
      expect(reply).toEqual({
        problem: { code: 'caller-refused', reason: 'caller-refused', step: { id: 'trustedCaller', type: 'trustedCaller' } },
      })
    }
    expect(faults).toEqual([])
  })

  test('is told what is wrong with the request once admitted', async () => {
    const { engine } = await openRig(GENERATE)
    expect(await engine.handle(intent('start', { ...bearing(TOKEN), fault }))).toEqual({ problem: fault })
  })

  test('is not limited by its address, as everybody else is', async () => {
    const limits = { ...WIDE_LIMITS, starts: { address: { count: 1, seconds: 3600 } } }
    const admitted = await openRig({ ...GENERATE, machine: { ...GENERATE.machine, limits } })
    const codes: unknown[] = []
    for (let starts = 0; starts < 3; starts++) {
      codes.push((await admitted.engine.handle(intent('start', { ...bearing(TOKEN), answers: [named('jdoe')] }))).problem?.code)
    }
    expect(codes).toEqual([undefined, undefined, undefined])
    const stranger = await openRig({ machine: { limits } })
    const start = intent('start', { answers: [named('jdoe')] })
    expect([await stranger.engine.handle(start), await stranger.engine.handle(start)].map(({ problem }) => problem?.code)).toEqual([
      undefined,
      'limited',
    ])
  })

  test('vouches for one change in one request', async () => {
    const { engine, directory, names } = await openRig(GENERATE)
    const ended = await engine.handle(intent('start', { ...bearing(TOKEN), answers: [named('jdoe')] }))
    expect(ended.view).toMatchObject({ is: 'ended', as: 'completed', outputs: { userName: 'jdoe' } })
    expect(await directory.verifyPassword('p-jdoe', new Secret(outputOf(ended, 'password')))).toBe(true)
    expect(await directory.read('p-jdoe')).toMatchObject({ mustChange: true })
    expect(names().filter((name) => name.startsWith('changed'))).toEqual(['changed generatePassword'])
  })
})

describe('SEC-68 a secret that a flow gives out', () => {
  /** Watches everything that the engine hands to its store. */
  function kept(texts: string[]): RigOptions['wrap'] {
    return (options: EngineOptions) => {
      const { conversations } = options
      return {
        ...options,
        conversations: overridden(conversations, {
          create: (entry) => (texts.push(JSON.stringify(entry), entry.marks?.mark ?? ''), conversations.create(entry)),
          mark: (claim, mark, leaseMs) => (texts.push(mark), conversations.mark(claim, mark, leaseMs)),
          commit: (claim, entry) => (texts.push(JSON.stringify(entry)), conversations.commit(claim, entry)),
        }),
      }
    }
  }

  test('in the one request of its flow is kept nowhere', async () => {
    const texts: string[] = []
    const { engine } = await openRig({ ...GENERATE, wrap: kept(texts) ?? ((options) => options) })
    const generated = outputOf(await engine.handle(intent('start', { ...bearing(TOKEN), answers: [named('jdoe')] })), 'password')
    expect(generated).toHaveLength(12)
    expect(texts.length).toBeGreaterThan(2)
    expect(texts.filter((text) => text.includes(generated) || text.includes(TOKEN))).toEqual([])
  })
})

describe('a secret setting', () => {
  test('is taken from the process, and is no part of the machine', async () => {
    const machines: string[] = []
    const { engine, beside } = await openRig({
      ...GENERATE,
      wrap: (options) => ({
        ...options,
        machines: overridden(options.machines, {
          keep: async (hash, machine) => void machines.push(`${hash} ${machine}`),
        }),
      }),
    })
    expect(machines.filter((text) => text.includes('${CALLER_TOKEN}'))).toHaveLength(1)
    expect(machines.filter((text) => text.includes(TOKEN))).toEqual([])
    const rotated = await beside({ ...GENERATE, secrets: { CALLER_TOKEN: 'another-token' } })
    const start = (text: string) => intent('start', { ...bearing(text), answers: [named('nobody')] })
    const reason = async (of: typeof engine, text: string) => (await of.handle(start(text))).problem?.reason
    expect([await reason(engine, TOKEN), await reason(engine, 'another-token')]).toEqual(['no-match', 'caller-refused'])
    expect([await reason(rotated.engine, TOKEN), await reason(rotated.engine, 'another-token')]).toEqual(['caller-refused', 'no-match'])
    await rotated.stop()
  })

  test.for([
    ['that nobody has set', {}],
    ['that is empty', { CALLER_TOKEN: '' }],
  ] as const)('%s keeps the engine from starting', async ([, secrets]) => {
    await expect(openRig({ ...GENERATE, secrets })).rejects.toThrow(UnlinkableMachine)
  })
})

describe('somebody who is signed in', () => {
  const CHANGE: RigOptions = {
    steps: ['signedIn', 'currentPassword', 'reset'],
    machine: { require: { factors: 2, distinctChannels: true } },
  }
  const current = (text: string) => ({ kind: 'password', value: { password: text } }) as const

  async function signedIn(rig: Awaited<ReturnType<typeof openRig>>, id = 'p-jdoe') {
    const person = await rig.people.read(id)
    const issuedAt = Math.floor(Date.now() / 1000)
    const session = { principal: id, credentialVersion: person?.credentialVersion ?? '', issuedAt, expiresAt: issuedAt + 600 }
    return (await rig.store.sessions.issue(session)).reveal()
  }

  test('SEC-64 changes the password by the present one', async () => {
    const rig = await openRig(CHANGE)
    const token = await signedIn(rig)
    const answers = [current('Passw0rd1'), password('N3w-passw0rd')]
    expect((await rig.engine.handle(intent('start', { ...bearing(token), answers }))).view).toMatchObject({ is: 'ended', as: 'completed' })
    expect(await rig.people.verifyPassword('p-jdoe', new Secret('N3w-passw0rd'))).toBe(true)
  })

  test('SEC-62 is signed out by the change', async () => {
    const rig = await openRig(CHANGE)
    const token = await signedIn(rig)
    const start = (now: string, next: string) =>
      rig.engine.handle(intent('start', { ...bearing(token), answers: [current(now), password(next)] }))
    await start('Passw0rd1', 'N3w-passw0rd')
    expect((await start('N3w-passw0rd', '0ther-passw0rd')).problem?.code).toBe('caller-refused')
  })

  test('SEC-64 needs the present password all the same', async () => {
    const rig = await openRig(CHANGE)
    const reply = await rig.engine.handle(intent('start', { ...bearing(await signedIn(rig)), answers: [current('guess')] }))
    expect(short(reply)).toEqual({ view: undefined, problem: 'answer-rejected password-mismatch' })
  })

  test('sees the ways to prove who it is, masked, under ids that stay', async () => {
    const rig = await openRig(CHANGE)
    const ask = async (bearer: string) => rig.engine.query({ query: 'factors', bearer: new Secret(bearer) })
    const factors = await ask(await signedIn(rig))
    expect(factors?.map(({ kind, to }) => [kind, to])).toEqual([
      ['password', undefined],
      ['email', 'jd**@e*****e.com'],
      ['sms', '**********333'],
      ['questions', undefined],
    ])
    expect(await ask(await signedIn(rig))).toEqual(factors)
    const ids = (await ask(await signedIn(rig, 'p-asmith')))?.map(({ id }) => id) ?? []
    expect(new Set([...ids, ...(factors?.map(({ id }) => id) ?? [])]).size).toBe(8)
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(await ask('nothing')).toBeUndefined()
  })

  test('signs out, also twice, and whoever is not signed in may as well', async () => {
    const rig = await openRig(CHANGE)
    const token = await signedIn(rig)
    const signOut = (rest: object) => rig.engine.handle(intent('signOut', { flow: '', ...rest }))
    expect([await signOut(bearing(token)), await signOut(bearing(token)), await signOut({})]).toEqual([{}, {}, {}])
    expect((await rig.engine.handle(intent('start', bearing(token)))).problem?.code).toBe('caller-refused')
  })

  test('who has signed out meanwhile changes nothing any more', async () => {
    const rig = await openRig(CHANGE)
    const token = await signedIn(rig)
    const open = await rig.engine.handle(intent('start', { ...bearing(token), answers: [current('Passw0rd1')] }))
    await rig.engine.handle(intent('signOut', { flow: '', ...bearing(token) }))
    const changed = await rig.engine.handle(
      intent('submit', { carried: tokenOf(open), ...bearing(token), answers: [password('N3w-passw0rd')] }),
    )
    expect(short(changed).problem).toBe('step-failed unearned-change')
    expect(await rig.people.verifyPassword('p-jdoe', new Secret('Passw0rd1'))).toBe(true)
  })

  test('is not admitted by a session of somebody who is locked, gone or nobody', async () => {
    const rig = await openRig(CHANGE)
    const tokens = [await signedIn(rig, 'p-locked'), await signedIn(rig, 'p-nobody'), await signedIn(rig, 'p-asmith')]
    await rig.admin.remove('p-asmith')
    for (const token of tokens) expect((await rig.engine.handle(intent('start', bearing(token)))).problem?.code).toBe('caller-refused')
    expect(openOf(await rig.engine.handle(intent('start', bearing(await signedIn(rig))))).requirement.kind).toBe('password')
  })
})
