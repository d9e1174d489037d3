import { afterEach, describe, expect, test } from 'vitest'
import { Secret, type Carried, type DialectWays } from '@rekey/core'
import { blue, intent, named, openOf, outputOf, request, short, tokenOf } from './acts.js'
import { WIDE_LIMITS } from './machine-of.js'
import { closeRigs, openRig, type FlowSpec } from './rig.js'

afterEach(closeRigs)

const WAYS: Partial<DialectWays> = { handles: ['session'], becomes: { login: ['forgot'] } }
const oldPassword = { kind: 'password', value: { password: 'Passw0rd1' } } as const
const CALLER = { type: 'trustedCaller', settings: { secret: '${CALLER_TOKEN}' } } as const

describe('SEC-24 a login session', () => {
  test('is not given to somebody whose password was changed while they were signing in', async () => {
    const { engine, people, names } = await openRig({ steps: ['userQuery', 'currentPassword', 'kba', 'issueSession'] })
    const waiting = await engine.handle(intent('start', { answers: [named('jdoe'), oldPassword] }))
    const person = await people.read('p-jdoe')
    await people.setPassword({
      id: 'p-jdoe',
      secret: new Secret('N3w-passw0rd'),
      expect: person?.credentialVersion ?? '',
      act: 'owner',
      deadline: Date.now() + 5000,
    })
    const ended = await engine.handle(intent('submit', { carried: tokenOf(waiting), answers: [blue] }))
    expect([short(ended), outputOf(ended, 'sessionToken')]).toEqual([{ view: 'ended', problem: 'step-failed already-changed' }, ''])
    expect(names()).toContain('ended issueSession already-changed')
  })

  test('is given after a change of its own', async () => {
    const { engine } = await openRig({ steps: ['userQuery', 'kba', 'reset', 'issueSession'] })
    const newPassword = { kind: 'newPassword', value: { password: 'N3w-passw0rd' } } as const
    const ended = await engine.handle(intent('start', { answers: [named('jdoe'), blue, newPassword] }))
    expect(outputOf(ended, 'sessionToken')).not.toBe('')
  })

  test('is given to nobody without proof, whatever the flow is', async () => {
    const { engine } = await openRig({ steps: ['userQuery', 'issueSession'] })
    const ended = await engine.handle(intent('start', { answers: [named('jdoe')] }))
    expect([short(ended).problem, outputOf(ended, 'sessionToken')]).toEqual(['step-failed unearned-change', ''])
  })
})

describe('SEC-21 a conversation that becomes another does not step over', () => {
  const login: FlowSpec = {
    id: 'login',
    steps: [{ type: 'userQuery', settings: { states: ['active', 'locked'] } }, 'currentPassword', 'issueSession'],
  }
  const becoming = async (forgot: FlowSpec, userName: string) => {
    const rig = await openRig({ flows: [login, forgot], ways: WAYS, secrets: { CALLER_TOKEN: 'a-long-random-token-of-an-application' } })
    const asked = await rig.engine.handle(intent('start', { flow: 'login', answers: [named(userName)] }))
    const carried: Carried = { is: 'handle', handle: openOf(asked).handles['session'] ?? '', purpose: 'session' }
    return { ...rig, carried, became: await rig.engine.handle(intent('become', { flow: '', carried, slot: 'forgot' })) }
  }

  test("a caller's secret", async () => {
    const forgot: FlowSpec = { id: 'forgot', steps: [CALLER, 'userQuery', 'issueSession'], machine: { require: 'vouched' } }
    const { became } = await becoming(forgot, 'jdoe')
    expect([short(became).problem, outputOf(became, 'sessionToken')]).toEqual(['caller-refused caller-refused', ''])
  })

  test('the states of accounts that the other is for', async () => {
    const { engine, carried, became, people } = await becoming({ id: 'forgot', steps: ['userQuery', 'kba', 'reset'] }, 'locked')
    expect(short(became).view).toBe('kba initial')
    const refused = await engine.handle(intent('submit', { flow: '', carried, answers: [blue] }))
    expect(short(refused).problem).toBe('answer-rejected answers-mismatch')
    expect(await people.verifyPassword('p-locked', new Secret('Passw0rd1'))).toBe(true)
  })
})

test('SEC-1 what lies ahead is the same for people with and without a password', async () => {
  const { engine } = await openRig({ steps: ['userQuery', 'emailValidation', 'firstPassword'] })
  const ahead = async (userName: string) =>
    openOf(await engine.handle(intent('start', { answers: [named(userName)], ahead: true }))).ahead?.map(({ step }) => step.id)
  expect(await ahead('jdoe')).toEqual(['firstPassword'])
  expect(await ahead('nobody')).toEqual(['firstPassword'])
})

test('SEC-27 a caller who guesses is limited, and is told nothing new', async () => {
  const limits = { ...WIDE_LIMITS, starts: { address: { count: 3, seconds: 3600 } } }
  const { engine, names } = await openRig({
    steps: [CALLER, 'userQuery', 'generatePassword'],
    machine: { require: 'vouched', limits },
    secrets: { CALLER_TOKEN: 'a-long-random-token-of-an-application' },
  })
  const guess = (bearer: string) =>
    engine.handle(intent('start', { request: { ...request, bearer: new Secret(bearer) }, answers: [named('jdoe')] }))
  for (let tries = 0; tries < 3; tries++) expect((await guess(`guess ${tries}`)).problem?.code).toBe('caller-refused')
  expect((await guess('a-long-random-token-of-an-application')).problem?.code).toBe('caller-refused')
  expect(names()).toContain('limited starts')
})

test('SEC-31 wrong codes of a stranger do not shut the log-in', async () => {
  const limits = {
    ...WIDE_LIMITS,
    failures: { principal: { count: 2, seconds: 3600 }, inRow: { free: 10, waitSeconds: 60, longestSeconds: 86_400, most: 100 } },
  }
  const { engine } = await openRig({
    flows: [
      { id: 'reset', steps: ['userQuery', 'kba', 'reset'], machine: { limits } },
      { id: 'login', steps: ['userQuery', 'currentPassword', 'issueSession'], machine: { limits } },
    ],
  })
  const wrong = { kind: 'answers', value: { answers: { answer1: 'red' } } } as const
  for (let tries = 0; tries < 5; tries++) await engine.handle(intent('start', { answers: [named('jdoe'), wrong] }))
  const signedIn = await engine.handle(intent('start', { flow: 'login', answers: [named('jdoe'), oldPassword] }))
  expect(outputOf(signedIn, 'sessionToken')).not.toBe('')
})
