import { ResultCodeError } from 'ldapts'

/** What went wrong at the server of the tree, without what was asked or answered: servers put names and values into what they say. */
export class LdapFault extends Error {
  override readonly name = 'LdapFault'
  /** `LDAP_` and the result code, the code of the system (`ECONNREFUSED`), or `TIMEOUT`, `CLOSED`, `NO_TLS`, `TOO_MANY_GROUPS`, `UNKNOWN`. */
  readonly code: string
  /** The result code of an answer; undefined where there was none. */
  readonly result: number | undefined

  constructor(code: string, result?: number) {
    super(`the directory's LDAP server: ${code}`)
    this.code = code
    this.result = result
  }
}

/** Turns what the library throws into a fault that may be logged. */
export function faultOf(error: unknown): LdapFault {
  if (error instanceof LdapFault) return error
  if (!(error instanceof Error)) return new LdapFault('UNKNOWN')
  if (error instanceof ResultCodeError) return new LdapFault(`LDAP_${error.code}`, error.code)
  const code: unknown = Reflect.get(error, 'code')
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code)) return new LdapFault(code)
  if (/tim(?:ed|e) ?out/i.test(error.message)) return new LdapFault('TIMEOUT')
  return new LdapFault(/clos|socket|not established/i.test(error.message) ? 'CLOSED' : 'UNKNOWN')
}
