import type { Span } from '../source/source-file.js'

/** So many letters of a secret in a row are told apart from chance. */
const RUN = 6

/** Knows what a secret looks like in a sentence, where it may be cut short, or go on with escapes. */
export class SecretRuns {
  readonly #runs: ReadonlySet<string>
  readonly #short: readonly string[]

  /** @param spans where the secrets stand in the text. */
  constructor(text: string, spans: readonly Span[]) {
    const secrets = spans.map(({ start, end }) => text.slice(start, end).replace(/^["'[\s]+|["'\]\s]+$/g, ''))
    const runs = new Set<string>()
    for (const secret of secrets) {
      for (let at = 0; at + RUN <= secret.length; at++) runs.add(secret.slice(at, at + RUN))
    }
    this.#runs = runs
    this.#short = [...new Set(secrets.filter((secret) => secret.length > 2 && secret.length < RUN))]
  }

  /** The sentence with stars in the place of every letter of a secret. */
  hide(sentence: string): string {
    const stars = new Set<number>()
    const mark = (start: number, length: number): void => {
      for (let at = start; at < start + length; at++) stars.add(at)
    }
    for (let at = 0; at + RUN <= sentence.length; at++) if (this.#runs.has(sentence.slice(at, at + RUN))) mark(at, RUN)
    for (const secret of this.#short) {
      for (let at = sentence.indexOf(secret); at !== -1; at = sentence.indexOf(secret, at + 1)) mark(at, secret.length)
    }
    return stars.size === 0
      ? sentence
      : Array.from(sentence.split(''), (letter, at) => (stars.has(at) && letter !== ' ' ? '*' : letter)).join('')
  }

  /** True when nothing of a secret stands in a text. */
  spares(text: string): boolean {
    return this.hide(text) === text
  }
}
