import { compileFlows, createRegistry, Secret, SourceFile } from '@rekey/core'
import { memoryStore } from '@rekey/core/memory'
import { MemoryDirectory } from '@rekey/core/testing'
import { builtInSteps, currentPassword, emailValidation, smsValidation, totp } from '@rekey/steps'
import { describe, expect, test } from 'vitest'
import { decodeBase32, totpCode } from '../src/totp-code.js'
import { JDOE, NOW, ROUND, runStep } from './run-step.js'

const WRONG_CODE = { is: 'rejected', reason: 'code-mismatch', at: '/code' }
const DONE = { is: 'done', owes: [] }

test.for([
  ['the right one', 'Passw0rd1', DONE],
  ['a wrong one', 'passw0rd1', { is: 'rejected', reason: 'password-mismatch', at: '/password' }],
  ['none', '', { is: 'rejected', reason: 'password-mismatch', at: '/password' }],
] as const)('currentPassword judges %s', async ([, password, verdict]) => {
  const directory = new MemoryDirectory([{ id: 'p-jdoe', userName: 'jdoe', password: 'Passw0rd1' }])
  expect(await runStep(currentPassword, { deps: { directory } }).submit({ password: new Secret(password) })).toEqual(verdict)
})

/** Codes that are right when they name their round and form. */
const codes = {
  of: () => new Secret(''),
  matches: (given: Secret, round: unknown, format: unknown) => given.reveal() === JSON.stringify({ round, format }),
}
const RIGHT = JSON.stringify({ round: ROUND, format: { is: 'digits', length: 6 } })

test.for([
  ['smsValidation', '10m', undefined],
  ['smsValidation', '601s', '`expires` must be `10m` at the most'],
  ['emailValidation', '24h', undefined],
  ['emailValidation', '25h', '`expires` must be `1d` at the most'],
] as const)('SEC-8 a code of %s for %s', ([step, expires, fault]) => {
  const text = `flow: reset\nsteps: [userQuery, ${step}: { expires: ${expires} }, reset]\n`
  const { diagnostics } = compileFlows([new SourceFile('flow.yaml', text)], createRegistry([builtInSteps], []))
  const found = diagnostics.find(({ code }) => code === 'bad-setting')
  expect([found?.message, found && text.slice(found.span.start, found.span.end)]).toEqual(fault ? [fault, expires] : [undefined, undefined])
})

describe('smsValidation', () => {
  test('texts a code to the telephone of the directory, and shows three digits of it', async () => {
    expect(await runStep(smsValidation, { deps: { codes } }).prepare()).toEqual({
      is: 'ask',
      requirement: { tag: 'validateCode', to: '******101' },
      owes: [
        {
          channel: 'sms',
          template: 'reset-code-sms',
          to: '+15550101',
          values: { name: 'John', expiresMinutes: '10' },
          code: { round: ROUND, format: { is: 'digits', length: 6 } },
          link: false,
          expiresAt: NOW + 600,
        },
      ],
    })
  })

  test.for([
    ['the code', RIGHT, 599, DONE],
    ['the code, too late', RIGHT, 600, WRONG_CODE],
    ['another code', '123456', 0, WRONG_CODE],
    ['nothing', '', 0, { is: 'rejected', reason: 'code-missing', at: '/code' }],
  ] as const)('judges %s', async ([, code, after, verdict]) => {
    const step = runStep(smsValidation, { deps: { codes }, now: NOW + after, openedAt: NOW })
    expect(await step.submit({ code: new Secret(code) })).toEqual(verdict)
  })
})

test.for([
  ['emailValidation', emailValidation],
  ['smsValidation', smsValidation],
] as const)('%s takes an approval by link while the code lives', async ([, step]) => {
  expect(await runStep(step, { now: NOW + 599, openedAt: NOW }).approved()).toEqual(DONE)
  expect(await runStep(step, { now: NOW + 600, openedAt: NOW }).approved()).toEqual(WRONG_CODE)
})

describe('totp', () => {
  // RFC 6238 appendix B, SHA-1, the last six of its eight digits.
  const KEY = Buffer.from('12345678901234567890')
  test.for([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const)('gives the code of the standard at %d seconds', ([now, code]) => {
    expect(totpCode(KEY, Math.floor(now / 30))).toBe(code)
  })

  // RFC 4648 section 10.
  test.for([
    ['', ''],
    ['MY======', 'f'],
    ['MZXQ====', 'fo'],
    ['MZXW6===', 'foo'],
    ['MZXW6YQ=', 'foob'],
    ['mzxw6ytb', 'fooba'],
    ['MZXW 6YTB OI', 'foobar'],
    ['MZXW1', undefined],
    ['MZXW-', undefined],
  ] as const)('reads base32 %o', ([text, bytes]) => {
    const decoded = decodeBase32(text)
    expect(decoded && Buffer.from(decoded).toString()).toBe(bytes)
  })

  const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  const AT = 1_111_111_111
  const directory = new MemoryDirectory([
    { id: 'p-jdoe', userName: 'jdoe', totp: SECRET },
    { id: 'p-bare', userName: 'bare' },
  ])
  const codeAt = (steps: number) => totpCode(KEY, Math.floor(AT / 30) + steps)
  const world = () => ({ directory, once: memoryStore({ now: () => AT * 1_000 }).once })
  const answer = (code: string, deps: object = world(), id = 'p-jdoe') =>
    runStep(totp, { deps: { ...deps }, principal: { ...JDOE, id, totp: true }, now: AT }).submit({ code: new Secret(code) })

  test.for([
    ['the code of now', codeAt(0), DONE],
    ['as the app groups it', `${codeAt(0).slice(0, 3)} ${codeAt(0).slice(3)}`, DONE],
    ['that of the step before', codeAt(-1), DONE],
    ['that of the step behind', codeAt(1), DONE],
    ['one of two steps before', codeAt(-2), WRONG_CODE],
    ['one of two steps behind', codeAt(2), WRONG_CODE],
    ['with a digit more', `${codeAt(0)}0`, WRONG_CODE],
    ['nothing', '', { is: 'rejected', reason: 'code-missing', at: '/code' }],
  ] as const)('judges %s', async ([, code, verdict]) => {
    expect(await answer(code)).toEqual(verdict)
  })

  test('takes each code once, over all conversations', async () => {
    const deps = world()
    expect(await answer(codeAt(0), deps)).toEqual(DONE)
    expect(await answer(codeAt(0), deps)).toEqual(WRONG_CODE)
    expect(await answer(codeAt(1), deps)).toEqual(DONE)
    const racing = world()
    const verdicts = await Promise.all(Array.from({ length: 64 }, () => answer(codeAt(0), racing)))
    expect(verdicts.filter((verdict) => verdict?.is === 'done')).toHaveLength(1)
  })

  test('takes no code of somebody without an app, not even that of the empty secret', async () => {
    const empty = totpCode(new Uint8Array(20), Math.floor(AT / 30))
    for (const id of ['p-bare', 'p-nobody']) expect(await answer(empty, world(), id)).toEqual(WRONG_CODE)
  })
})
