/** A hash that was read and found fit to be compared with. */
export interface ReadHash {
  /** Form and cost in words, such as `bcrypt 12`: equal for hashes that cost the same work. It holds nothing of salt or digest. */
  readonly cost: string
  /** Does the whole work whatever the text is. @param text as `passwordText` gives it. */
  matches(text: string): Promise<boolean>
  /** Whether every part of the text counts; false where the form would take another text for the same one. */
  covers(text: string): boolean
}

/** One way in which passwords are kept, ours or that of another program. */
export interface StoredForm {
  /** As logs and documentation name it. */
  readonly name: string
  /** How its hashes begin. */
  readonly begins: RegExp
  /** @returns undefined for a misshapen hash, and for one that would cost more than anybody configures. */
  read(stored: string): ReadHash | undefined
  /**
   * Makes a hash of nothing that anybody knows.
   * @param front a hash up to its salt, such as `$2b$12$`.
   * @returns undefined when the front is not of this form.
   */
  complete(front: string): string | undefined
}
