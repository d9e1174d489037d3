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
export async function readBody(request: IncomingMessage, limits: BodyLimits): Promise<BodyRead> {
  const length = request.headers['content-length']
  if (request.headers['transfer-encoding'] === undefined && (length === undefined || /^0+$/.test(length))) {
    return { body: { is: 'none' }, drained: true }
  }
  const encoding = request.headers['content-encoding']?.trim().toLowerCase()
  const encoded = encoding !== undefined && encoding !== '' && encoding !== 'identity'
  const { bytes, drained } = await collect(request, encoded ? { ...limits, bodyBytes: 0 } : limits)
  if (encoded) return { body: { is: 'encoded' }, drained }
  return { body: bytes === 'too-many' ? { is: 'too-large' } : textOf(bytes), drained }
}

function textOf(bytes: Buffer): WireBody {
  if (bytes.length === 0) return { is: 'none' }
  try {
    return { is: 'text', text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return { is: 'not-utf8' }
  }
}

interface Collected {
  readonly bytes: Buffer | 'too-many'
  readonly drained: boolean
}

function collect(request: IncomingMessage, limits: BodyLimits): Promise<Collected> {
  return new Promise((resolve, reject) => {
    let kept: Buffer[] = []
    let count = 0
    let patience: NodeJS.Timeout | undefined
    const settle = (act: () => void) => {
      clearTimeout(patience)
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone)
      // An error after this point has nobody waiting for it and must not end the process.
      request.on('error', () => undefined)
      act()
    }
    const giveUp = () => {
      settle(() => {
        request.pause()
        resolve({ bytes: 'too-many', drained: false })
      })
    }
    const onData = (chunk: Buffer) => {
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
      settle(() => resolve({ bytes: count > limits.bodyBytes ? 'too-many' : Buffer.concat(kept), drained: true }))
    }
    const onGone = () => {
      settle(() => reject(new CallerGone('the connection ended within the body')))
    }
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
  })
}
