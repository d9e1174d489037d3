import type { IncomingMessage } from 'node:http'
import type { WireBody } from '../dialect/wire.js'

export interface BodyLimits {
  /** Longest body that is kept. */
  readonly bodyBytes: number
  /** How much of a longer one is read and thrown away, so that its sender can hear the answer. */
  readonly drainBytes: number
  readonly drainMs: number
}

/** A body, and whether all of it has been read: if not, the connection ends with the answer. */
export interface BodyRead {
  readonly body: WireBody
  readonly drained: boolean
}

/** The caller went away before the end of the body: there is nobody to answer. */
export class CallerGone extends Error {
  override readonly name = 'CallerGone'
}

/**
 * Reads a body, counting bytes as they come: a stated length is not believed. Content encodings are refused unread. Text is UTF-8 without
 * replacement; a byte order mark stays in it.
 * @throws CallerGone when the connection ends first.
 */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<BodyRead> {
  const length = request.headers['content-length']
  if (request.headers['transfer-encoding'] === undefined && (length === undefined || /^0+$/.test(length))) return NOTHING
  const encoding = request.headers['content-encoding']?.trim().toLowerCase()
  const encoded = encoding !== undefined && encoding !== '' && encoding !== 'identity'
  return encoded ? collect(request, { ...limits, bodyBytes: 0 }, ENCODED) : collect(request, limits, TOO_LARGE)
}

const NOTHING: Promise<BodyRead> = Promise.resolve({ body: { is: 'none' }, drained: true })
const ENCODED: WireBody = { is: 'encoded' }
const TOO_LARGE: WireBody = { is: 'too-large' }

/** Holds nothing between two bodies: each is decoded as a whole. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOf(bytes: Buffer): WireBody {
  if (bytes.length === 0) return { is: 'none' }
  try {
    return { is: 'text', text: UTF8.decode(bytes) }
  } catch {
    return { is: 'not-utf8' }
  }
}

/** @param otherwise what a body is that is longer than what is kept. */
function collect(request: IncomingMessage, limits: BodyLimits, otherwise: WireBody): Promise<BodyRead> {
  return new Promise((resolve, reject) => {
    let kept: Buffer[] = []
    let count = 0
    let patience: NodeJS.Timeout | undefined
    // The listeners stay: what comes after the end has nobody waiting for it, and an error without a listener would end the process.
    let settled = false
    const settle = (): boolean => {
      if (settled) return false
      settled = true
      clearTimeout(patience)
      return true
    }
    const giveUp = () => {
      if (!settle()) return
      request.pause()
      resolve({ body: otherwise, drained: false })
    }
    const onData = (chunk: Buffer) => {
      if (settled) return
      count += chunk.length
      if (count <= limits.bodyBytes) {
        kept.push(chunk)
        return
      }
      kept = []
      patience ??= setTimeout(giveUp, limits.drainMs)
      if (count > limits.bodyBytes + limits.drainBytes) giveUp()
    }
    const onEnd = () => {
      if (settle()) resolve({ body: count > limits.bodyBytes ? otherwise : textOf(joined(kept)), drained: true })
    }
    const onGone = () => {
      if (settle()) reject(new CallerGone('the connection ended within the body'))
    }
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
  })
}

/** Nearly every body comes in one piece. */
function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks)
}
