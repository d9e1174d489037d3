import { protectionOf, readLdapUrl } from '../adapters/directory/ldap/address.js'
import { readName } from '../adapters/directory/ldap/distinguished-name.js'
import { checkCallTimes, checkOthersPeople } from './outside-people.js'
import type { FilledConfig } from './schema.js'
import { pathText } from './source.js'
import type { ConfigFault, ConfigPath, ConfigSource, FaultWords } from './source.js'

/** Checks what the schema cannot say of `directory.ldap`. */
export function checkLdap(filled: FilledConfig, source: ConfigSource): readonly ConfigFault[] {
  const { directory } = filled
  const { ldap } = directory
  if (ldap === undefined) return []
  const faults: ConfigFault[] = []
  const value = (path: ConfigPath, words: FaultWords): void => {
    faults.push(source.fault('config-value', path, words))
  }
  const here = ['directory', 'ldap'] as const
  for (const [at, url] of ldap.urls.entries()) {
    const host = readLdapUrl(url)
    if (host === undefined)
      value([...here, 'urls', at], {
        message: '`directory.ldap.urls` takes addresses of servers: `ldap://` or `ldaps://`, a host and perhaps a port',
        help: 'as in `ldaps://ldap.example.com:636`; what is searched stands in `base` and `filter`',
      })
    else if (ldap.kind === 'activeDirectory' && protectionOf(host, ldap.tls) === 'none')
      value([...here, 'urls', at], {
        message: 'Active Directory takes new passwords over TLS only',
        help: 'write `ldaps://`, or `tls: verify` for StartTLS',
      })
  }
  for (const [path, name] of [
    [[...here, 'bindDn'], ldap.bindDn],
    [[...here, 'base'], ldap.base],
    [[...here, 'decoy'], ldap.decoy],
    [[...here, 'groups', 'base'], ldap.groups?.base],
  ] as const) {
    // Active Directory also lets accounts in by other names.
    const isOtherName = path.at(-1) === 'bindDn' && ldap.kind === 'activeDirectory' && name?.includes('=') === false
    if (name === undefined || isOtherName || readName(name) !== undefined) continue
    value(path, { message: `\`${pathText(path)}\` takes the full name of an entry`, help: 'as in `ou=people,dc=example,dc=com`' })
  }
  faults.push(...checkCallTimes(source, 'ldap', ldap))
  for (const [key, other] of [
    ['file', directory.file],
    ['postgres', directory.postgres],
  ] as const) {
    if (other === undefined) continue
    value(['directory', key], {
      message: `people are kept in \`directory.${key}\` or in \`directory.ldap\`, not in both`,
      label: 'one of two',
    })
  }
  faults.push(
    ...checkOthersPeople(filled, source, { kind: 'ldap', where: 'the tree that `directory.ldap` names', mapped: ldap.people.attributes }),
  )
  const known = new Set<string>()
  for (const [at, { id }] of ldap.questions.entries()) {
    if (known.has(id))
      faults.push(source.fault('config-duplicate', [...here, 'questions', at, 'id'], { message: `the question \`${id}\` stands twice` }))
    known.add(id)
  }
  return faults
}
