import { AndFilter, EqualityFilter, ExtensibleFilter, OrFilter } from 'ldapts'
import type { LdapConnection } from './ldap-connection.js'
import { LdapFault } from './ldap-fault.js'
import type { LdapGroups, LdapKind } from './settings.js'

/** Most groups that are gone through for one person: with some of them left out, a group that forbids something might be among those. */
const MAX_GROUPS = 1_000

/** LDAP_MATCHING_RULE_IN_CHAIN: members of members, as deep as it goes. Source: [MS-ADTS] 3.1.1.3.4.4.3. */
const IN_CHAIN = '1.2.840.113556.1.4.1941'

/**
 * The groups somebody is in, those directly around them first. The same number of searches for everybody: a level that nobody is on is asked for as well.
 * @param dn of the person.
 * @param decoy a name that is in no group.
 * @throws LdapFault `TOO_MANY_GROUPS`.
 */
export async function groupsOf(
  connection: LdapConnection,
  dn: string | undefined,
  { kind, groups, decoy }: { readonly kind: LdapKind; readonly groups: LdapGroups; readonly decoy: string },
): Promise<readonly string[]> {
  const { base, objectClass, member, name } = groups
  const inChain = kind === 'activeDirectory' && groups.levels > 0
  const found = new Map<string, string>()
  let inner: readonly string[] = dn === undefined ? [] : [dn]
  for (let level = inChain ? groups.levels : 0; level <= groups.levels; level += 1) {
    const asked = (inner.length === 0 ? [decoy] : inner).map((value) =>
      inChain ? new ExtensibleFilter({ matchType: member, rule: IN_CHAIN, value }) : new EqualityFilter({ attribute: member, value }),
    )
    const filter = new AndFilter({
      filters: [new EqualityFilter({ attribute: 'objectClass', value: objectClass }), new OrFilter({ filters: asked })],
    })
    // No limit of ours: the library keeps quiet about a list that a limit has cut, unless it was the server's alone.
    const outer = (await connection.search({ base, scope: 'sub', filter, attributes: [name] })).filter((group) => !found.has(group.dn))
    for (const group of outer) found.set(group.dn, group.text(name) ?? '')
    if (found.size > MAX_GROUPS) throw new LdapFault('TOO_MANY_GROUPS')
    inner = outer.map((group) => group.dn)
  }
  return [...new Set([...found.values()].filter((one) => one !== ''))]
}
