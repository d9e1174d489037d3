import { isJsonObject, type Json } from '@rekey/core'

/** A value of a foreign file that has no place in the flow. */
export interface LeftOut {
  /** JSON pointer into the file. Source: RFC 6901. */
  readonly at: string
  /** Fit for a terminal; a secret is hidden. */
  readonly shown: string
  /** Where the matter lives in Rekey, or why it lives nowhere. */
  readonly where: string
}

/**
 * Keeps account of a foreign file: each of its leaves is either carried over or told. What nobody has said anything about is told
 * too, so that forgetting a setting is not possible.
 */
export class Ledger {
  readonly #leaves: readonly Leaf[]
  readonly #carried = new Set<string>()
  readonly #explained = new Map<string, string>()

  constructor(root: Json) {
    this.#leaves = leavesOf(root, '', [])
  }

  /** What stands at and below a pointer has gone into the flow. */
  carry(at: string): void {
    this.#carried.add(at)
  }

  /** Says where the matter at and below a pointer lives. Of several, the longest pointer counts. */
  explain(at: string, where: string): void {
    this.#explained.set(at, where)
  }

  /** The pointers of the leaves that were carried over. */
  carried(): readonly string[] {
    return this.#leaves.map(({ at }) => at).filter((at) => outerOf(at).some((outer) => this.#carried.has(outer)))
  }

  /** Everything else, in the order of the file. */
  leftOut(): readonly LeftOut[] {
    return this.#leaves.flatMap((leaf) => {
      const outer = outerOf(leaf.at)
      if (outer.some((at) => this.#carried.has(at))) return []
      const where = outer.map((at) => this.#explained.get(at)).find((text) => text !== undefined)
      return [{ at: leaf.at, shown: shown(leaf), where: where ?? 'Rekey has no such setting' }]
    })
  }
}

/** A pointer one step further in. Source: RFC 6901 section 3. */
export function pointer(outer: string, name: string | number): string {
  return `${outer}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

interface Leaf {
  readonly at: string
  readonly names: readonly string[]
  readonly value: Json
}

/** Scalars, and objects and lists that hold nothing. */
function leavesOf(value: Json, at: string, names: readonly string[]): readonly Leaf[] {
  const members = Array.isArray(value)
    ? value.map((item, index) => [String(index), item] as const)
    : isJsonObject(value)
      ? Object.entries(value)
      : []
  if (members.length === 0) return [{ at, names, value }]
  return members.flatMap(([name, member]) => leavesOf(member, pointer(at, name), [...names, name]))
}

/** A pointer and those that lead to it, longest first. */
function outerOf(at: string): readonly string[] {
  const parts = at.split('/')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'))
}

const SECRET_NAME = /secret|passw|credential|private|sharedkey|apikey|passphrase|authorization|bearer|\$crypto|hash|salt|^key$/i
/** Settings whose names sound secret and whose values are the names of fields. */
const FIELD_NAMES: ReadonlySet<string> = new Set(['identityPasswordField'])
/** Settings whose values name a piece of program. */
const NAMES: ReadonlySet<string> = new Set(['name', 'class'])
/** Text that looks as keys and tokens do: long, without a blank, letters and digits mixed. */
const KEY_LIKE = /^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9+/=_.-]{24,}$/
/** Longer texts are told by their length, as those of mails always are. */
const MOST_SHOWN = 60

function shown({ names, value }: Leaf): string {
  if (secretly(names)) return '(hidden)'
  if (typeof value !== 'string') return JSON.stringify(value)
  if (KEY_LIKE.test(value) && !NAMES.has(names.at(-1) ?? '')) return '(hidden)'
  if (names.includes('messageTranslations')) return `text of ${value.length} characters`
  const line = value.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
  return line.length > MOST_SHOWN ? `text of ${value.length} characters` : JSON.stringify(withoutSecrets(line))
}

function secretly(names: readonly string[]): boolean {
  return names.some((name) => SECRET_NAME.test(name) && !FIELD_NAMES.has(name))
}

/** Addresses may hold a name and a password before the host, and keys behind it. */
function withoutSecrets(text: string): string {
  return text.replace(/(:\/\/)[^/@\s]*@/, '$1(hidden)@').replace(/([?&][^=\s]+=)[^&\s]+/g, '$1(hidden)')
}
