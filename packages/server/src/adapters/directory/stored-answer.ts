/** An answer as it is stored, in a JSON list. */
export interface StoredAnswer {
  readonly id: string
  /** The person's own question. */
  readonly own?: string
  readonly hash: string
}

/** The answers in a stored list; none in what is no list. */
export function readAnswers(stored: unknown): readonly StoredAnswer[] {
  return listOf(stored).filter(isStoredAnswer)
}

/** The members of a JSON list; none in what is no text. */
export function listOf(stored: unknown): readonly unknown[] {
  const list: unknown = typeof stored === 'string' ? JSON.parse(stored) : []
  return Array.isArray(list) ? list : []
}

function isStoredAnswer(value: unknown): value is StoredAnswer {
  return typeof value === 'object' && value !== null && 'id' in value && 'hash' in value
}
