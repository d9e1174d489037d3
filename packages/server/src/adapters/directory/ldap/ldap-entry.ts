import type { Entry } from 'ldapts'

/** An entry as the server gave it. Names of attributes are found whatever their case, as LDAP wants it. */
export class LdapEntry {
  readonly dn: string
  readonly #values: ReadonlyMap<string, readonly (string | Buffer)[]>

  constructor(entry: Entry) {
    this.dn = entry.dn
    this.#values = new Map(
      Object.entries(entry)
        .filter(([name]) => name !== 'dn')
        .map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value : [value]]),
    )
  }

  /** The values that are text and hold something, in the server's order. */
  texts(attribute: string | undefined): readonly string[] {
    const values = attribute === undefined ? [] : (this.#values.get(attribute.toLowerCase()) ?? [])
    return values.filter((value) => typeof value === 'string' && value !== '').map(String)
  }

  /** The first value that is text. */
  text(attribute: string | undefined): string | undefined {
    return this.texts(attribute)[0]
  }

  /** The first value as bytes. */
  bytes(attribute: string): Buffer | undefined {
    const [value] = this.#values.get(attribute.toLowerCase()) ?? []
    return typeof value === 'string' ? Buffer.from(value, 'utf8') : value
  }
}
