import type { PolicyFailure, Secret } from '@rekey/core'

/** How a directory keeps passwords and answers: makes hashes of one form and compares with those of every form that is known. */
export interface PasswordForm {
  /** What keeps a secret from being hashed as it is, as a rule of the policy; undefined when nothing does. */
  refusal(secret: Secret): PolicyFailure | undefined
  /** @throws RangeError for a secret that is refused, Overloaded when too many wait; nothing was hashed then. */
  hash(secret: Secret): Promise<string>
  /**
   * For the moment before somebody has proved anything: the same work is done whoever is asked for.
   * @param hashed undefined when there is nothing to compare with: the same work is done and the answer is no.
   * @returns false without any work when the secret is longer than 256 characters: such a one was never set.
   * @throws Overloaded when too many wait.
   */
  verify(hashed: string | undefined, secret: Secret): Promise<boolean>
  /** Compares once and does no other work: for hashes of somebody who has proved who they are. @throws Overloaded when too many wait. */
  matches(hashed: string, secret: Secret): Promise<boolean>
  /** Whether a hash that the secret is right for should be made again: it is of another form or cost than today's, and the whole secret counted. */
  isOutdated(hashed: string, secret: Secret): boolean
}

/** What of the hashes that were met somebody should know. It holds no part of them. */
export type HashFinding =
  /** Misshapen, dearer than anybody configures, or of a form that is not known; nobody's password. */
  | { readonly is: 'unreadable'; readonly form: string }
  /** Whoever has such a hash is told from a stranger by time. */
  | { readonly is: 'unlisted'; readonly cost: string }
