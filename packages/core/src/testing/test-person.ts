import type { AccountState } from '../ports/directory.js'

/** A person for tests of directories, with secrets in clear. */
export interface TestPerson {
  /** The directory's id; the directory chooses one when absent. */
  readonly id?: string
  readonly userName: string
  readonly mail?: string
  readonly phone?: string
  readonly givenName?: string
  readonly surname?: string
  readonly locale?: string
  /** `active` unless given. */
  readonly state?: AccountState
  readonly groups?: readonly string[]
  readonly password?: string
  readonly answers?: readonly (
    | { readonly question: string; readonly answer: string }
    | { readonly ownQuestion: string; readonly answer: string }
  )[]
}
