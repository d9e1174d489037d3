import { readFileSync } from 'node:fs'
import { Secret } from '@rekey/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startLdap, type PrivateLdap } from '../../../../../../scripts/ldap-server.mjs'
import { LdapDirectory } from '../../../../src/adapters/directory/ldap/ldap-directory.js'
import { cheapHasher } from '../cheap-hasher.js'
import { addPeople, dnOf, makeBranch, settings, type Branch } from './with-ldap.js'

let server: PrivateLdap
let branch: Branch
let directory: LdapDirectory
const ids = new Map<string, string>()

beforeAll(async () => {
  server = await startLdap()
  branch = await makeBranch(server)
  await addPeople(
    branch,
    [
      { userName: 'known', password: 'Passw0rd1', groups: ['staff'], answers: [{ question: '1', answer: 'blue' }] },
      { userName: 'locked', password: 'Passw0rd1', state: 'locked' },
      { userName: 'disabled', password: 'Passw0rd1', state: 'disabled' },
      { userName: 'bare' },
      { userName: 'decoy', password: 'only-for-nobody' },
    ],
    new Map([
      ['outer', ['staff']],
      ['outermost', ['outer']],
    ]),
  )
  directory = await LdapDirectory.open({ settings: settings(branch, { decoy: dnOf(branch, 'decoy') }), hasher: cheapHasher() })
  for (const name of ['known', 'locked', 'disabled', 'bare']) {
    const [person] = await directory.find({ is: 'equals', field: 'userName', value: name })
    ids.set(name, person?.id ?? '')
  }
  ids.set('nobody', '00000000-0000-1000-8000-000000000000')
})
afterAll(async () => {
  await directory.close()
  await server.stop()
})

/** What the server was asked by a call, with values masked, and how many entries it gave but for groups. */
async function workOf(call: () => Promise<unknown>): Promise<{ readonly asked: readonly string[]; readonly entries: number }> {
  const lines = () => readFileSync(server.log, 'utf8').split('\n')
  const before = lines().length
  await call()
  // The server notes what it was asked before it answers, and what it has answered thereafter.
  const read = () => [...readOperations(lines().slice(before - 1)).values()]
  await expect.poll(() => read().every(({ ended }) => ended), { timeout: 20_000 }).toBe(true)
  const people = read().filter(({ asked }) => !asked.includes('member='))
  return {
    asked: read()
      .map(({ asked }) => asked)
      .toSorted(),
    entries: people.reduce((sum, { entries }) => sum + entries, 0),
  }
}

function readOperations(lines: readonly string[]) {
  const operations = new Map<string, { readonly asked: string; entries: number; ended: boolean }>()
  for (const line of lines) {
    const [, at = '', asked, answered] =
      / (conn=\d+ op=\d+) (?:((?:SRCH base|MOD dn|BIND dn|CMP|ADD|EXT)(?!.*mech=).*)|(?:SEARCH )?RESULT (.*))$/.exec(line) ?? []
    const operation = operations.get(at)
    if (asked !== undefined) operations.set(at, { asked: masked(asked), entries: 0, ended: false })
    if (answered === undefined || operation === undefined) continue
    operation.ended = true
    operation.entries = Number(/\bnentries=(\d+)/.exec(answered)?.[1] ?? 0)
  }
  return operations
}

function masked(asked: string): string {
  return asked.replace(/(uid|entryUUID|member)=[^)]*\)/g, '$1=…)').replace(/(base="cn=decoy,.*)\((?:uid=…|objectClass=\*)\)/, '$1(…)')
}

const wrong = new Secret('wrong')
const change = { expect: 'another', secret: wrong, act: 'act', deadline: Date.now() + 600_000 }
const byName = (who: string) => directory.find({ is: 'equals', field: 'userName', value: who })
const idOf = (who: string) => ids.get(who) ?? ''

test.for<readonly [what: string, call: (who: string) => Promise<unknown>, operations: number]>([
  ['find', byName, 14],
  ['read', (who) => directory.read(idOf(who)), 8],
  ['verifyAnswers', (who) => directory.verifyAnswers(idOf(who), [{ question: '1', answer: wrong }]), 4],
  ['totpSecret', (who) => directory.totpSecret(idOf(who)), 4],
  ['lastAct', (who) => directory.lastAct(idOf(who)), 4],
  ['setPassword', (who) => directory.setPassword({ ...change, id: idOf(who) }), 4],
])('SEC-2: %s asks the server the same of everybody, and reads as much', async ([, call, operations]) => {
  const known = await workOf(() => call('known'))
  expect(known.asked).toHaveLength(operations)
  for (const who of ['nobody', 'locked', 'disabled']) expect(await workOf(() => call(who))).toEqual(known)
  // Who has no password is one entry less in the search that asks for it.
  expect(await workOf(() => call('bare'))).toEqual({ ...known, entries: known.entries - 1 })
})

test('SEC-2: verifyPassword binds once, as the decoy where the server would not hash', async () => {
  const call = (who: string) => directory.verifyPassword(idOf(who), wrong)
  const bind = (who: string) => `BIND dn="${dnOf(branch, who)}" method=128`
  const known = await workOf(() => call('known'))
  expect(known.asked).toHaveLength(5)
  expect(known.asked[0]).toBe(bind('known'))
  for (const who of ['nobody', 'locked', 'disabled']) {
    expect(await workOf(() => call(who))).toEqual({ ...known, asked: known.asked.with(0, bind('decoy')) })
  }
})

test('the password of the decoy lets nobody in', async () => {
  for (const who of ['nobody', 'locked', 'disabled', 'bare', 'known'])
    expect(await directory.verifyPassword(idOf(who), new Secret('only-for-nobody'))).toBe(false)
})
