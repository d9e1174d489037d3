import type { Refusals } from './settings.js'

/**
 * What went wrong at the database, without what was in the statement: PostgreSQL puts values of the row, the hash of a password
 * included, into its messages.
 */
export class PostgresFault extends Error {
  override readonly name = 'PostgresFault'
  /** `PG_` and the SQLSTATE, the code of the system (`ECONNREFUSED`), or `TIMEOUT`, `CLOSED`, `NO_TLS`, `NOT_WRITTEN`, `UNKNOWN`. */
  readonly code: string
  /** Whether the database has answered, so that the connection is as good as before. */
  readonly isAnswer: boolean
  readonly #names: readonly string[]

  constructor(code: string, { said, isAnswer = false, names = [] }: { said?: string; isAnswer?: boolean; names?: readonly string[] } = {}) {
    super(`the directory's database: ${said ?? code}`)
    this.code = code
    this.isAnswer = isAnswer
    this.#names = names
  }

  /** The configured rule that the database has enforced: by its constraint, its SQLSTATE, or its message. */
  ruleAmong(refusals: Refusals): string | undefined {
    const name = this.#names.find((one) => Object.hasOwn(refusals, one))
    return name === undefined ? undefined : refusals[name]
  }
}

/** Classes of SQLSTATE that say nothing of what was asked: connection, rollback, resources, operators, system, internal. */
const NOT_OF_THE_PASSWORD = new Set(['08', '40', '53', '57', '58', 'XX', 'F0'])

/** After these the session is over, or not to be trusted. */
const ENDS_SESSION = new Set(['08', '57', '58', 'XX'])

/** Turns what the driver throws into a fault that may be logged. */
export function faultOf(error: unknown): PostgresFault {
  if (error instanceof PostgresFault) return error
  if (!(error instanceof Error)) return new PostgresFault('UNKNOWN')
  const code = textOf(error, 'code')
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code) && textOf(error, 'severity') !== undefined) {
    const group = code.slice(0, 2)
    const names = NOT_OF_THE_PASSWORD.has(group) ? [] : [textOf(error, 'constraint'), code, raised(code, error.message)]
    return new PostgresFault(`PG_${code}`, {
      // Messages of class 42 (syntax and names) hold names and no values.
      ...(group === '42' && { said: `${error.message} (${code})` }),
      // A statement that ran out of time has left the session as it was.
      isAnswer: code === '57014' || !ENDS_SESSION.has(group),
      names: names.filter((name) => name !== undefined),
    })
  }
  if (code !== undefined && /^[A-Z][A-Z0-9_]{1,63}$/.test(code)) return new PostgresFault(code)
  if (/timeout/i.test(error.message)) return new PostgresFault('TIMEOUT')
  if (/does not support SSL/.test(error.message)) return new PostgresFault('NO_TLS')
  return new PostgresFault(/terminated|closed|ended|calling end|not queryable/i.test(error.message) ? 'CLOSED' : 'UNKNOWN')
}

/** What `RAISE EXCEPTION` says is a name that its author chose. */
function raised(code: string, message: string): string | undefined {
  return code === 'P0001' ? message : undefined
}

function textOf(error: Error, member: string): string | undefined {
  const value: unknown = Reflect.get(error, member)
  return typeof value === 'string' ? value : undefined
}
