import { createHash, randomUUID } from 'node:crypto'
import { now, pause } from './clock.mjs'

/** Longest that one request is waited for: every wait in the servers is shorter. */
const REQUEST_MS = 15_000
/** How long a client sends a request again that was not answered. Longer than any fault, shorter than replies are kept. */
const PATIENCE_MS = 50_000

/** Thrown by a client that has lost patience. */
export class GaveUp extends Error {
  name = 'GaveUp'
}

/**
 * Sends requests as a careful client does: one that was not answered is sent again, to whichever server, with the same bytes. Every sending and
 * every answer is a line of the history.
 */
export class Sender {
  /** @param {{ servers: readonly string[], history: import('./history-file.mjs').HistoryWriter, random: import('./random.mjs').Random }} parts */
  constructor(parts) {
    this.parts = parts
  }

  /**
   * @param {object} about what the history has to know: conversation, person, act, purpose and the like.
   * @param {{ method: string, path: string, headers: object, body?: string, read: Function }} request
   * @throws GaveUp
   */
  async send(about, request) {
    const id = randomUUID()
    const end = now() + PATIENCE_MS
    for (let attempt = 1; ; attempt++) {
      const answer = await this.once(about, request, id, attempt)
      if (answer.is === 'ok' || answer.is === 'refused' || answer.is === 'odd') return answer
      if (now() > end) throw new GaveUp(about.act)
      await pause(this.parts.random.between(100, 300) * Math.min(attempt, 6))
    }
  }

  /** Sends once. @returns the answer, or `unknown` when there was none, or `unreached` when it cannot have arrived. */
  async once(about, { method, path, headers, body, read }, request, attempt) {
    const { servers, history, random } = this.parts
    const server = random.pick(servers)
    const sending = randomUUID()
    history.write({
      is: 'invoke',
      at: now(),
      sending,
      request,
      attempt,
      server,
      ...about,
      bytes: digest(`${path} ${headers.Cookie ?? ''} ${body ?? ''}`),
    })
    const answer = await this.#fetch(`${server}${path}`, { method, headers, body }, read)
    const { is, code, tag, digest: seen, status } = answer
    history.write({ is: 'answer', at: now(), sending, outcome: is, code, tag, status, seen })
    return answer
  }

  async #fetch(url, init, read) {
    let response
    let text
    try {
      response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(REQUEST_MS) })
      text = await response.text()
    } catch (error) {
      return { is: error?.cause?.code === 'ECONNREFUSED' ? 'unreached' : 'unknown', code: error?.cause?.code ?? error?.name }
    }
    const { status } = response
    try {
      const json = text === '' ? undefined : JSON.parse(text)
      // The one member of an answer that tells the time of day.
      if (json?.meta?.timestamp) delete json.meta.timestamp
      const setCookies = response.headers.getSetCookie()
      return { ...read({ status, json, setCookies }), status, digest: digest(JSON.stringify([status, json ?? null, setCookies])) }
    } catch {
      return { is: 'odd', code: `${status} not readable`, status }
    }
  }
}

/** Enough to compare with; what was sent stands nowhere. @param {string} text */
export function digest(text) {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}
