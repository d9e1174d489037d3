import { createHash } from 'node:crypto'
import { Secret } from '@rekey/core'
import { memoryStore } from '@rekey/core/memory'
import { MemoryDirectory } from '@rekey/core/testing'
import { issueSession, signedIn, trustedCaller } from '@rekey/steps'
import { describe, expect, test } from 'vitest'
import { timedToken } from '../src/timed-token.js'
import { JDOE, NOW, runStep } from './run-step.js'

const SECRET = 'secret_token'
/** Seconds in the window of the vendor's sample. */
const SAMPLE = 5_373_119 * 300

test("makes the token of the vendor's manual", () => {
  expect(timedToken(SECRET, SAMPLE)).toBe('a930a186df2a671ff66c6144ee4878422dde80f5')
  expect(timedToken(SECRET, SAMPLE + 299)).toBe('a930a186df2a671ff66c6144ee4878422dde80f5')
  expect(timedToken(SECRET, SAMPLE)).toBe(createHash('sha1').update('secret_token5373119').digest('hex'))
})

describe('trustedCaller', () => {
  const windows = (skew: number) => timedToken(SECRET, SAMPLE + skew * 300)
  test.for([
    ['the static token', 'static', SECRET, 1, true],
    ['another case', 'static', 'Secret_token', 1, false],
    ['a part of it', 'static', 'secret_toke', 1, false],
    ['nothing', 'static', '', 1, false],
    ['a timed token where a static one is wanted', 'static', windows(0), 1, false],
    ['the token of this window', 'timed', windows(0), 1, true],
    ['in capitals', 'timed', windows(0).toUpperCase(), 1, true],
    ['that of the window before', 'timed', windows(-1), 1, true],
    ['that of the window behind', 'timed', windows(1), 1, true],
    ['one of two windows before', 'timed', windows(-2), 1, false],
    ['one of two windows behind', 'timed', windows(2), 1, false],
    ['one of two windows before, allowed', 'timed', windows(-2), 2, true],
    ['that of the window before, not allowed', 'timed', windows(-1), 0, false],
    ['the secret itself', 'timed', SECRET, 1, false],
    ['a blank behind', 'timed', `${windows(0)} `, 1, false],
  ] as const)('%s', async ([, mode, token, skewWindows, right]) => {
    const settings = { secret: new Secret(SECRET), mode, skewWindows }
    const step = runStep(trustedCaller, { settings, request: { bearer: new Secret(token) }, now: SAMPLE })
    expect(await step.prepare()).toEqual(right ? { is: 'done', owes: [] } : { is: 'failed', reason: 'caller-refused' })
  })

  test.for([
    ['no token', { secret: new Secret(SECRET) }, {}],
    ['no secret', {}, { bearer: new Secret('') }],
    ['an empty secret', { secret: new Secret('') }, { bearer: new Secret('') }],
  ] as const)('lets nobody in with %s', async ([, settings, request]) => {
    expect(await runStep(trustedCaller, { settings, request }).prepare()).toEqual({ is: 'failed', reason: 'caller-refused' })
  })
})

describe('signedIn', () => {
  const directory = new MemoryDirectory([
    { id: 'p-jdoe', userName: 'jdoe' },
    { id: 'p-locked', userName: 'locked', state: 'locked' },
  ])
  const bearers = {
    verify: async (token: Secret) =>
      token.reveal().startsWith('p-') ? { principal: token.reveal(), scopes: ['profile', 'write'] } : undefined,
  }
  const signIn = (token: string | undefined, scopes: readonly string[] = []) =>
    runStep(signedIn, {
      settings: { scopes },
      deps: { bearers, directory },
      request: token === undefined ? {} : { bearer: new Secret(token) },
    }).prepare()

  test('names the person the token speaks for', async () => {
    const done = { is: 'done', owes: [], names: { principal: await directory.read('p-jdoe'), identifier: 'jdoe' } }
    expect(await signIn('p-jdoe')).toEqual(done)
    expect(await signIn('p-jdoe', ['write', 'profile'])).toEqual(done)
  })

  test.for([
    ['no token', undefined, []],
    ['a token that is not good', 'other', []],
    ['a scope that is missing', 'p-jdoe', ['write', 'admin']],
    ['a person who is locked', 'p-locked', []],
    ['a person who is gone', 'p-gone', []],
  ] as const)('refuses %s', async ([, token, scopes]) => {
    expect(await signIn(token, scopes)).toEqual({ is: 'failed', reason: 'caller-refused' })
  })
})

describe('issueSession', () => {
  test('opens a session and gives it to the client', async () => {
    const { sessions } = memoryStore({ now: () => NOW * 1_000 })
    const verdict = await runStep(issueSession, { settings: { lifetime: '1h' }, deps: { sessions } }).prepare()
    const token = verdict.is === 'done' ? verdict.outputs?.['sessionToken'] : ''
    expect(verdict).toEqual({
      is: 'done',
      owes: [],
      outputs: {
        sessionToken: expect.stringMatching(/^[0-9A-F]{64}$/),
        issuedAt: NOW,
        expiresAt: NOW + 3_600,
        userId: 'p-jdoe',
        userName: 'jdoe',
        displayName: 'John Doe',
        mail: 'jdoe@example.com',
      },
    })
    expect(await sessions.find(new Secret(typeof token === 'string' ? token : ''))).toEqual({
      principal: 'p-jdoe',
      credentialVersion: 'v-1',
      issuedAt: NOW,
      expiresAt: NOW + 3_600,
    })
  })

  test('opens none for a generated password, and needs no name and no address (SEC-68)', async () => {
    const { sessions } = memoryStore({ now: () => NOW * 1_000 })
    const { mail: _mail, givenName: _given, surname: _family, ...bare } = JDOE
    expect(await runStep(issueSession, { deps: { sessions }, principal: { ...JDOE, mustChange: true } }).prepare()).toEqual({
      is: 'failed',
      reason: 'password-must-change',
    })
    const verdict = await runStep(issueSession, { deps: { sessions }, principal: bare }).prepare()
    expect(verdict).toMatchObject({ is: 'done', outputs: { displayName: 'jdoe' } })
  })
})
