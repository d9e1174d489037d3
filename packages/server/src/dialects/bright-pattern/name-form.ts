import type { Filter, FilterField } from '@rekey/core'
import { printDistinguishedName, readDistinguishedName } from './distinguished-name.js'

/** Longest name that is looked for. */
const MAX_LENGTH = 1024

const ADS_PATH = /^LDAP:\/\//i

/**
 * The search that a user name stands for, in the four forms of the vendor's page:
 *
 * - `LDAP://CN=Jon.One,CN=Users,DC=mydomain,DC=com`: that entry exactly; a host or port before it is no name
 * - `mydomain\Jon.One`: the login in that domain, by either of its names
 * - `Jon.One@mydomain.com`: the principal name; or the login in the domain behind the `@`
 * - `Jon.One`: the login, in whatever domain has it
 *
 * A value is always compared as a whole: `*`, parentheses and the like are characters as any other.
 * @returns undefined for what is none of the four.
 * Source: Bright Pattern documentation, service API specification; which attribute each form means is ours.
 */
export function filterOf(user: string): Filter | undefined {
  if (user === '' || user.length > MAX_LENGTH || /\p{Cc}/u.test(user)) return undefined
  const path = ADS_PATH.exec(user)?.[0]
  if (path !== undefined) {
    const name = readDistinguishedName(user.slice(path.length))
    return name && equals('distinguishedName', printDistinguishedName(name))
  }
  if (user.includes('\\')) {
    const [domain = '', login = '', ...more] = user.split('\\')
    return more.length === 0 ? loginIn(domain, login) : undefined
  }
  if (user.includes('@')) {
    const at = user.lastIndexOf('@')
    const inDomain = loginIn(user.slice(at + 1), user.slice(0, at))
    return inDomain && { is: 'or', of: [equals('principalName', user), inDomain] }
  }
  return user.trim() === '' ? undefined : equals('login', user)
}

function loginIn(domain: string, login: string): Filter | undefined {
  return domain.trim() === '' || login.trim() === '' ? undefined : { is: 'and', of: [equals('login', login), equals('domain', domain)] }
}

function equals(field: FilterField, value: string): Filter {
  return { is: 'equals', field, value }
}
