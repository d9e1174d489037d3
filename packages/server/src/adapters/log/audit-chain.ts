import { createHmac, timingSafeEqual } from 'node:crypto'
import { canonicalJson, isJsonObject } from '@rekey/core'
import type { JsonObject } from '@rekey/core'
import type { ChainHead } from './audit-head.js'
import type { AuditKey } from './audit-key.js'

/** One line of a chain. */
export interface ChainLine {
  /** The chain: one for each process. */
  readonly chain: string
  /** Counts from 0, without a gap. */
  readonly seq: number
  /** The MAC of the line before; empty at the first one. */
  readonly prev: string
  readonly entry: JsonObject
  /** HMAC-SHA-256, base64url, over the canonical JSON of the other members. */
  readonly mac: string
}

/** Lines that the chain itself writes beside the events. */
export const CHAIN_EVENTS = { began: 'chain-began', continued: 'chain-continued', ended: 'chain-ended', lost: 'audit-lost' } as const

/** Seals entries, each bound to the one before it. */
export class Chain {
  #next = 0
  #prev = ''

  constructor(
    private readonly key: AuditKey,
    readonly id: string,
  ) {}

  /** The next line, without its line break. */
  seal(entry: JsonObject): string {
    const around = aroundMac({ chain: this.id, entry, prev: this.#prev, seq: this.#next })
    const mac = macOf(this.key, around)
    this.#next += 1
    this.#prev = mac
    return withMac(around, mac)
  }

  /** @returns undefined while there is no line. */
  get head(): ChainHead | undefined {
    return this.#next === 0 ? undefined : { chain: this.id, seq: this.#next - 1, mac: this.#prev }
  }

  /** Goes back to an earlier head, because the lines since then were not written. */
  returnTo(head: ChainHead | undefined): void {
    this.#next = head === undefined ? 0 : head.seq + 1
    this.#prev = head?.mac ?? ''
  }
}

/** @returns undefined for what has not the shape of a line; whether it is genuine is another question. */
export function readLine(text: string): ChainLine | undefined {
  const value = parsed(text)
  if (!isJsonObject(value)) return undefined
  const { chain, seq, prev, entry, mac } = value
  const shaped = typeof chain === 'string' && Number.isSafeInteger(seq) && typeof prev === 'string' && typeof mac === 'string'
  return shaped && typeof seq === 'number' && isJsonObject(entry) ? { chain, seq, prev, entry, mac } : undefined
}

/** Whether a line was written with this key, to the letter. */
export function isGenuine(key: AuditKey, text: string, line: ChainLine): boolean {
  const around = aroundMac(line)
  const right = Buffer.from(macOf(key, around))
  const given = Buffer.from(line.mac)
  // To the letter: members that are read past, doubled ones and other spellings are changes too.
  return given.length === right.length && timingSafeEqual(given, right) && withMac(around, line.mac) === text
}

/** The canonical JSON of a line without its MAC, in two parts: by name the MAC stands between them. Together they are what it is made over. */
type AroundMac = readonly [before: string, behind: string]

function aroundMac({ chain, entry, prev, seq }: Omit<ChainLine, 'mac'>): AroundMac {
  return [`{"chain":${canonicalJson(chain)},"entry":${canonicalJson(entry)}`, `,"prev":${canonicalJson(prev)},"seq":${seq}}`]
}

function withMac([before, behind]: AroundMac, mac: string): string {
  return `${before},"mac":${canonicalJson(mac)}${behind}`
}

function macOf(key: AuditKey, [before, behind]: AroundMac): string {
  return createHmac('sha256', key.object)
    .update(before + behind)
    .digest('base64url')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
