import { nearName } from '@rekey/core'
import { FilterParser, PresenceFilter, type Filter } from 'ldapts'
import { STATE_ATTRIBUTES, stateIn } from './account-state.js'
import { CONTROLS } from './controls.js'
import type { LdapConnection } from './ldap-connection.js'
import { LdapFault } from './ldap-fault.js'
import { NotOurTree } from './not-our-tree.js'
import type { LdapSettings } from './settings.js'

/** What the server offers beyond what it must. */
export interface Offer {
  /** Whether an administrator's change of a password can be measured by the history of passwords. */
  readonly policyHints: boolean
  /** Whether the entry that stands for nobody is locked, so that it takes less time than people. */
  readonly decoyIsLocked: boolean
}

const NO_SUCH_OBJECT = 32
const ANY: Filter = new PresenceFilter({ attribute: 'objectClass' })

/**
 * Looks whether the tree is as configured, and whether the server can do what a safe change of a password needs.
 * @throws NotOurTree at the first that is not.
 */
export async function readServer(connection: LdapConnection, settings: LdapSettings): Promise<Offer> {
  const [root] = await connection.search({ base: '', scope: 'base', filter: ANY, attributes: ['supportedControl', 'subschemaSubentry'] })
  const offered = new Set(root?.texts('supportedControl'))
  if (settings.kind === 'openldap') {
    if (!offered.has(CONTROLS.assertion))
      throw new NotOurTree('does not offer the assertion control of RFC 4528, without which two changes at once could both be made')
    if (!offered.has(CONTROLS.passwordPolicy))
      throw new NotOurTree(
        'keeps no password policy: load its overlay `ppolicy`, with `ppolicy_hash_cleartext`, or passwords are stored as they are written',
      )
    await demandAttributes(connection, settings, root?.text('subschemaSubentry'))
  }
  await demandEntry(connection, settings.base, ANY, 'has no entry of the name that `directory.ldap.base` gives')
  if (settings.groups !== undefined)
    await demandEntry(connection, settings.groups.base, ANY, 'has no entry of the name that `directory.ldap.groups.base` gives')
  if (settings.decoy !== undefined) {
    const filter = settings.kind === 'openldap' ? new PresenceFilter({ attribute: 'userPassword' }) : ANY
    await demandEntry(connection, settings.decoy, filter, 'has no entry with a password of the name that `directory.ldap.decoy` gives')
    if (settings.kind === 'openldap') await demandOpen(connection, settings.decoy)
  }
  const decoyIsLocked = settings.decoy !== undefined && (await isLocked(connection, settings.decoy, settings))
  return { policyHints: offered.has(CONTROLS.policyHints), decoyIsLocked }
}

/** The condition on what is a person. @throws NotOurTree for a text that is no filter. */
export function peopleFilter({ filter }: Pick<LdapSettings, 'filter'>): Filter {
  try {
    return FilterParser.parseString(filter)
  } catch {
    throw new NotOurTree('cannot be asked: `directory.ldap.filter` is no filter as RFC 4515 writes them')
  }
}

async function demandEntry(connection: LdapConnection, base: string, filter: Filter, otherwise: string): Promise<void> {
  const found = await connection.search({ base, scope: 'base', filter, attributes: ['1.1'] }).catch((error: unknown) => {
    if (resultOf(error) === NO_SUCH_OBJECT) return []
    throw error
  })
  if (found.length === 0) throw new NotOurTree(otherwise)
}

/**
 * The decoy is bound as with whatever strangers type: one that this locks is told apart from people, as a server hashes nothing for it. What holds for it
 * is known where its entry names a policy that may be read.
 */
async function demandOpen(connection: LdapConnection, decoy: string): Promise<void> {
  const [policy] = await namesPolicy(connection, decoy)
  if (policy === undefined) return
  const [rules] = await connection.search({ base: policy, scope: 'base', filter: ANY, attributes: ['pwdLockout'] }).catch(() => [])
  if (rules?.text('pwdLockout')?.toUpperCase() === 'TRUE')
    throw new NotOurTree('may lock the entry that `directory.ldap.decoy` names: put it under a policy of passwords without `pwdLockout`')
}

async function namesPolicy(connection: LdapConnection, base: string): Promise<readonly string[]> {
  const [entry] = await connection.search({ base, scope: 'base', filter: ANY, attributes: ['pwdPolicySubentry'] })
  return entry?.texts('pwdPolicySubentry') ?? []
}

/**
 * Whether strangers have locked the decoy by now, as a default policy of the server would have it. It is no reason not to start: whoever locks it would
 * keep us from starting.
 */
async function isLocked(connection: LdapConnection, base: string, { kind, people }: LdapSettings): Promise<boolean> {
  const [entry] = await connection.search({ base, scope: 'base', filter: ANY, attributes: STATE_ATTRIBUTES[kind] })
  // However long ago: it would be locked again.
  return entry !== undefined && stateIn(entry, { kind, people }, Date.now()) !== 'active'
}

async function demandAttributes(
  connection: LdapConnection,
  { people, groups, kind }: LdapSettings,
  schema: string | undefined,
): Promise<void> {
  if (schema === undefined) return
  const [entry] = await connection.search({ base: schema, scope: 'base', filter: ANY, attributes: ['attributeTypes'] })
  const known = new Map((entry?.texts('attributeTypes') ?? []).flatMap(namesOf).map((name) => [name.toLowerCase(), name] as const))
  if (known.size === 0) return
  const { attributes, status, ...named } = people
  const wanted: readonly (readonly [key: string, attribute: string | undefined])[] = [
    ...Object.entries(named).map(([key, attribute]) => [`people.${key}`, attribute] as const),
    ['people.status.attribute', status?.attribute],
    ...Object.entries(attributes).map(([name, attribute]) => [`people.attributes.${name}`, attribute] as const),
    ['groups.member', groups?.member],
    ['groups.name', groups?.name],
    ...STATE_ATTRIBUTES[kind].map((name) => ['kind', name] as const),
  ]
  for (const [key, attribute] of wanted) {
    if (attribute === undefined || known.has(attribute.toLowerCase())) continue
    const near = nearName(attribute, [...known.values()])
    const hint = near === undefined ? '' : `; did you mean \`${near}\`?`
    throw new NotOurTree(`knows no attribute \`${attribute}\`, which \`directory.ldap.${key}\` names${hint}`)
  }
}

/** The names in a description such as `( 2.5.4.4 NAME ( 'sn' 'surname' ) SUP name )`. Source: RFC 4512 section 4.1.2. */
function namesOf(description: string): readonly string[] {
  const [, one, several = ''] = /\bNAME\s+(?:'([^']+)'|\(([^)]*)\))/.exec(description) ?? []
  return one === undefined ? [...several.matchAll(/'([^']+)'/g)].map(([, name = '']) => name) : [one]
}

function resultOf(error: unknown): number | undefined {
  if (error instanceof LdapFault) return error.result
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return typeof code === 'number' ? code : undefined
}
