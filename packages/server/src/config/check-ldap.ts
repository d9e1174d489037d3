import { durationSeconds } from '@rekey/core'
import { protectionOf, readLdapUrl } from '../adapters/directory/ldap/address.js'
import { readName } from '../adapters/directory/ldap/distinguished-name.js'
import type { FilledConfig } from './schema.js'
import { pathText } from './source.js'
import type { ConfigFault, ConfigPath, ConfigSource, FaultWords } from './source.js'

/** Longest time that a call of the directory may be told to take: a person is waiting, and a change must be over before its claim is. */
const MAX_TIMEOUT_SECONDS = 10

/** Checks what the schema cannot say of `directory.ldap`. */
export function checkLdap({ directory, attributes }: FilledConfig, source: ConfigSource): readonly ConfigFault[] {
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
  for (const key of ['connectTimeout', 'queryTimeout'] as const) {
    const seconds = durationSeconds(ldap[key])
    if (seconds < 1 || seconds > MAX_TIMEOUT_SECONDS)
      value([...here, key], { message: `\`${pathText([...here, key])}\` takes from \`1s\` to \`${MAX_TIMEOUT_SECONDS}s\`` })
  }
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
  if (directory.seed !== undefined && directory.seed !== 'none')
    value(['directory', 'seed'], {
      message: '`directory.seed` adds people, and nobody is added to the tree that `directory.ldap` names',
      label: 'not here',
    })
  for (const name of Object.keys(ldap.people.attributes)) {
    if (Object.hasOwn(attributes, name)) continue
    value([...here, 'people', 'attributes', name], {
      message: `\`attributes\` declares no attribute \`${name}\``,
      label: 'not declared',
      help: 'declare it there with its type',
    })
  }
  const known = new Set<string>()
  for (const [at, { id }] of ldap.questions.entries()) {
    if (known.has(id))
      faults.push(source.fault('config-duplicate', [...here, 'questions', at, 'id'], { message: `the question \`${id}\` stands twice` }))
    known.add(id)
  }
  return faults
}
