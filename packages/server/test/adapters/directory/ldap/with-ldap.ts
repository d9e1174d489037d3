import { randomBytes, randomUUID } from 'node:crypto'
import { Secret } from '@rekey/core'
import { Attribute, Change, Client } from 'ldapts'
import { inject } from 'vitest'
import type { PrivateLdap } from '../../../../../../scripts/ldap-server.mjs'
import { LDAP_PRESETS } from '../../../../src/adapters/directory/ldap/presets.js'
import type { LdapSettings } from '../../../../src/adapters/directory/ldap/settings.js'
import { answerText } from '../../../../src/adapters/directory/answer-text.js'
import type { NewPerson } from '../../../../src/adapters/directory/person.js'
import { cheapHasher } from '../cheap-hasher.js'

export type Server = Pick<PrivateLdap, 'url' | 'suffix' | 'admin'>

/** The slapd of this run. @throws Error that tells what to install where there is none. */
export function ldapServer(): Server & Pick<PrivateLdap, 'log'> {
  const server = inject('ldap')
  if (server === undefined) throw new Error(inject('ldapFault'))
  return server
}

/** A branch of the tree that belongs to one test file, with an account that may write it. */
export interface Branch {
  readonly server: Server
  readonly base: string
  readonly manager: string
  readonly password: string
}

/** Makes a branch, and the top of the tree if nobody has. */
export async function makeBranch(server: Server = ldapServer()): Promise<Branch> {
  const ou = `t${randomBytes(6).toString('hex')}`
  const branch = {
    server,
    base: `ou=${ou},${server.suffix}`,
    manager: `cn=manager,ou=${ou},${server.suffix}`,
    password: 'manager-password',
  }
  await asAdmin(server, async (client) => {
    await client.add(server.suffix, { objectClass: ['organization', 'dcObject'], dc: 'example', o: 'Example' }).catch(unlessThere)
    await client.add(branch.base, { objectClass: 'organizationalUnit', ou })
    await client.add(branch.manager, {
      objectClass: ['organizationalRole', 'simpleSecurityObject'],
      cn: 'manager',
      userPassword: branch.password,
    })
  })
  return branch
}

export async function removeBranch({ server, base }: Branch): Promise<void> {
  await asAdmin(server, (client) => removeBelow(client, base, true))
}

/** Settings for a branch, with the mapping of the tests and the defaults of the configuration. */
export function settings(branch: Branch, given: Partial<LdapSettings> = {}): LdapSettings {
  return {
    kind: 'openldap',
    urls: [branch.server.url],
    bindDn: branch.manager,
    password: new Secret(branch.password),
    base: branch.base,
    filter: '(|(objectClass=inetOrgPerson)(objectClass=account))',
    connections: 4,
    connectTimeoutMs: 3_000,
    queryTimeoutMs: 5_000,
    people: {
      ...LDAP_PRESETS.openldap.people,
      login: 'testLogin',
      domain: 'testDomain',
      principalName: 'testPrincipalName',
      distinguishedName: 'testDn',
      totp: 'testTotp',
      answers: 'testAnswer',
      lastAct: 'testLastAct',
      attributes: { department: 'departmentNumber', vip: 'testVip', grade: 'testGrade', rooms: 'testRoom' },
    },
    groups: { ...LDAP_PRESETS.openldap.groups, base: branch.base },
    questions: [],
    refusals: {},
    ...given,
  }
}

/** Runs work as the one who may do everything. */
export async function asAdmin<T>(server: Server, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ url: server.url, timeout: 10_000 })
  try {
    await client.bind(server.admin.dn, server.admin.password)
    return await work(client)
  } finally {
    await client.unbind()
  }
}

export async function replaceValues(
  branch: Branch,
  dn: string,
  values: { readonly [attribute: string]: readonly string[] },
): Promise<void> {
  const changes = Object.entries(values).map(
    ([type, given]) => new Change({ operation: 'replace', modification: new Attribute({ type, values: [...given] }) }),
  )
  await asAdmin(branch.server, (client) => client.modify(dn, changes))
}

/** A policy of passwords that people may be put under, by its name. */
export async function addPolicy(branch: Branch, name: string, rules: { readonly [attribute: string]: string }): Promise<string> {
  const dn = `cn=policy ${name},${branch.base}`
  await asAdmin(branch.server, (client) =>
    client.add(dn, { objectClass: ['device', 'pwdPolicy'], cn: `policy ${name}`, pwdAttribute: 'userPassword', ...rules }),
  )
  return dn
}

/** A time long past, at which the policy is said to have locked somebody. */
export const LOCKED_SINCE = '20200102030405Z'
export const LOCKED_FOR_GOOD = '000001010000Z'

const LOCKS = { locked: [LOCKED_SINCE], disabled: [LOCKED_FOR_GOOD], active: [] } as const

/** The name of the entry that `addPeople` makes of somebody. */
export function dnOf({ base }: Branch, userName: string): string {
  const escaped = userName.replace(/[^\w ]/gu, (one) => Buffer.from(one).toString('hex').replace(/../g, '\\$&'))
  return `cn=${escaped},${base}`
}

/** Adds people as another program would have, and the groups that they name. */
export async function addPeople(
  branch: Branch,
  people: readonly NewPerson[],
  groups: ReadonlyMap<string, readonly string[]> = new Map(),
  more: { readonly [attribute: string]: string } = {},
): Promise<void> {
  const hasher = cheapHasher()
  await asAdmin(branch.server, async (client) => {
    for (const person of people) {
      const answers = (person.answers ?? []).map(async (given) => {
        const hash = await hasher.hash(answerText(new Secret(given.answer)))
        if ('question' in given) return `${given.question}:${hash}`
        return JSON.stringify({ id: randomUUID(), own: given.ownQuestion, hash })
      })
      const { attributes = {} } = person
      await client.add(
        dnOf(branch, person.userName),
        filled({
          // The standard class demands a surname.
          objectClass: [person.surname === undefined ? 'account' : 'inetOrgPerson', 'testPerson'],
          cn: [person.userName],
          uid: [person.userName],
          sn: [person.surname],
          mail: [person.mail],
          mobile: [person.phone],
          givenName: [person.givenName],
          preferredLanguage: [person.locale],
          pwdAccountLockedTime: LOCKS[person.state ?? 'active'],
          userPassword: [person.password?.normalize('NFC')],
          testLogin: [person.login ?? person.userName],
          testDomain: [person.domain],
          testPrincipalName: [person.principalName],
          testDn: [person.distinguishedName],
          testTotp: [person.totp],
          testAnswer: await Promise.all(answers),
          departmentNumber: [text(attributes['department'])],
          testVip: [text(attributes['vip'])?.toUpperCase()],
          testGrade: [text(attributes['grade'])],
          testRoom: Array.isArray(attributes['rooms']) ? attributes['rooms'] : [],
          ...Object.fromEntries(Object.entries(more).map(([name, value]) => [name, [value]])),
        }),
      )
    }
    const groupDn = (name: string) => `cn=${name},${branch.base}`
    const members = new Map<string, string[]>()
    for (const person of people) {
      for (const name of person.groups ?? []) members.set(name, [...(members.get(name) ?? []), dnOf(branch, person.userName)])
    }
    for (const [outer, inner] of groups) members.set(outer, [...(members.get(outer) ?? []), ...inner.map(groupDn)])
    for (const [cn, member] of members) await client.add(groupDn(cn), { objectClass: 'groupOfNames', cn, member })
  })
}

/** Leaves nothing in a branch but its manager. */
export async function emptyBranch({ server, base, manager }: Branch): Promise<void> {
  await asAdmin(server, (client) => removeBelow(client, base, false, manager))
}

async function removeBelow(client: Client, base: string, itself: boolean, spared = ''): Promise<void> {
  const { searchEntries } = await client.search(base, { scope: 'sub', attributes: ['1.1'] })
  const gone = searchEntries.map(({ dn }) => dn).filter((dn) => dn !== spared && (itself || dn.toLowerCase() !== base.toLowerCase()))
  for (const dn of gone.toReversed()) await client.del(dn)
}

function filled(entry: { readonly [attribute: string]: readonly (string | undefined)[] }): { [attribute: string]: string[] } {
  return Object.fromEntries(
    Object.entries(entry)
      .map(([name, values]): [string, string[]] => [name, values.filter((value) => value !== undefined)])
      .filter(([, values]) => values.length > 0),
  )
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' ? String(value) : undefined
}

/** Two files may find the tree empty at once. */
function unlessThere(error: unknown): void {
  if (!(error instanceof Error) || Reflect.get(error, 'code') !== 68) throw error
}
