import { createHmac, type KeyObject } from 'node:crypto'
import type { AttributeName, Principal } from '../ports/directory.js'
import type { Json } from '../step/json.js'
import { canonicalJson } from '../machine/canonical-json.js'

/** Keyed digests under the key that is never rotated. Each purpose is a domain of its own. */
export class Digests {
  constructor(private readonly key: KeyObject) {}

  /** 16 bytes, base64url. Parts are length-prefixed, so that no two lists of parts are the same input. */
  of(purpose: string, ...parts: readonly string[]): string {
    return this.bytes(purpose, ...parts).toString('base64url', 0, 16)
  }

  /** 32 bytes. */
  bytes(purpose: string, ...parts: readonly string[]): Buffer {
    let text = purpose
    for (const part of parts) text += `\0${Buffer.byteLength(part)}:${part}`
    return createHmac('sha256', this.key).update(text).digest()
  }

  /** Names an identifier that somebody gave; two spellings that the directory holds equal must be normalised before. */
  ofIdentifier(normalised: string): string {
    return this.of('identifier', normalised)
  }

  /** Tells whether two requests are the same: same conversation, same act, same version or target, same answers. */
  ofRequest(conversation: string, act: string, version: number | undefined, target: string | undefined, answers: Json): string {
    return this.of('request', conversation, act, String(version), target ?? '', canonicalJson(answers))
  }

  /** Names an open requirement towards clients whose carrier states no version. */
  ofTarget(conversation: string, step: string): string {
    return this.of('target', conversation, step)
  }

  /** The value of an attribute that a proof was about: it must still be the same when a credential is changed. */
  ofSubject(attribute: AttributeName, person: Principal): string {
    return this.of('subject', attribute, JSON.stringify(person[attribute] ?? null))
  }

  /** A number below `below`, evenly spread as far as 48 bits over a small `below` can be. */
  pick(below: number, purpose: string, ...parts: readonly string[]): number {
    return this.bytes(purpose, ...parts).readUIntBE(0, 6) % below
  }
}
