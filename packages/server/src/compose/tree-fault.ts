import { readLdapUrl } from '../adapters/directory/ldap/address.js'
import type { LdapSettings } from '../adapters/directory/ldap/settings.js'
import { CannotOpen, isNotVerified, whyNotVerified } from './cannot-open.js'

/**
 * What the operator can mend when the directory in LDAP does not open. Of the addresses only hosts and ports are told.
 * @returns undefined for what nobody but us can mend.
 */
export function treeFault({ urls }: Pick<LdapSettings, 'urls'>, error: unknown): CannotOpen | undefined {
  const why = whyNot(error)
  if (why === undefined) return undefined
  const hosts = urls.map((url) => {
    const { host, port } = readLdapUrl(url) ?? { host: 'unknown', port: 0 }
    return `${host.includes(':') ? `[${host}]` : host}:${port}`
  })
  return new CannotOpen(`the directory's LDAP server at ${hosts.join(', ')} ${why}`, { cause: error })
}

/** By name, for the classes themselves come with the library, which is loaded only where it is used. */
function whyNot(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (error.name === 'NotOurTree') return error.message
  if (error.name !== 'LdapFault' || !('code' in error) || typeof error.code !== 'string') return undefined
  const { code } = error
  if (code === 'LDAP_49' || code === 'LDAP_48' || code === 'LDAP_32')
    return 'refuses the log-in: mend `directory.ldap.bindDn` and `password`'
  if (code === 'LDAP_50') return 'does not let this account read what is needed: grant it'
  if (code === 'LDAP_8' || code === 'LDAP_13') return 'wants TLS: write `ldaps://`, or `tls: verify` for StartTLS'
  if (isNotVerified(code)) return whyNotVerified(code, 'directory.ldap.ca')
  if (code === 'NO_TLS') return 'does not begin TLS: switch it on there, or say `tls: off` where the network between is your own'
  if (code === 'TIMEOUT' || code === 'CLOSED' || /^E[A-Z]+$/.test(code))
    return `cannot be reached (${code}): start it, or mend the addresses in \`directory.ldap.urls\``
  return `answers with a fault: ${error.message}`
}
