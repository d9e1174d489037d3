import type { LdapGroups, LdapKind, LdapMapping } from './settings.js'

interface Preset {
  readonly filter: string
  readonly people: LdapMapping
  readonly groups: Omit<LdapGroups, 'base'>
}

/** What is true of most trees of a kind; the configuration puts its own over it. */
export const LDAP_PRESETS = {
  openldap: {
    filter: '(objectClass=inetOrgPerson)',
    people: {
      id: 'entryUUID',
      userName: 'uid',
      mail: 'mail',
      phone: 'mobile',
      givenName: 'givenName',
      surname: 'sn',
      locale: 'preferredLanguage',
      distinguishedName: 'entryDN',
      version: 'pwdChangedTime',
      attributes: {},
    },
    groups: { objectClass: 'groupOfNames', member: 'member', name: 'cn', levels: 3 },
  },
  activeDirectory: {
    filter: '(&(objectCategory=person)(objectClass=user))',
    people: {
      id: 'objectGUID',
      userName: 'sAMAccountName',
      mail: 'mail',
      phone: 'mobile',
      givenName: 'givenName',
      surname: 'sn',
      locale: 'preferredLanguage',
      principalName: 'userPrincipalName',
      distinguishedName: 'distinguishedName',
      version: 'pwdLastSet',
      attributes: {},
    },
    groups: { objectClass: 'group', member: 'member', name: 'cn', levels: 1 },
  },
} as const satisfies Readonly<Record<LdapKind, Preset>>
