import { randomUUID } from 'node:crypto'
import { newSnapshot } from '../machine/snapshot.js'
import type { Claimed } from './claims.js'
import type { Clock } from './clock.js'
import { decodeSnapshot } from './encoding.js'
import type { FlowBook, ServedFlow } from './flow-book.js'
import type { Intent } from './intent.js'
import type { ProgramShelf } from './program-shelf.js'
import { sit, type Sitting } from './sitting.js'
import type { DialectWays } from './view-of.js'

/** Languages that a conversation remembers. */
const KEPT_LANGUAGES = 4

/** Begins sittings: over a conversation that is new, claimed, or only looked at. */
export class Sittings {
  constructor(
    private readonly dialects: ReadonlyMap<string, DialectWays>,
    private readonly book: FlowBook,
    private readonly shelf: ProgramShelf,
    private readonly clock: Clock,
  ) {}

  fresh({ program, dialect, as }: ServedFlow, { request }: Intent): Sitting {
    const now = this.clock.seconds()
    const becomes = this.dialects.get(dialect)?.becomes?.[as] ?? []
    const mayBecome = becomes.flatMap((slot) => {
      const flow = this.book.find(dialect, slot)
      return flow ? [[slot, flow.program.hash] as const] : []
    })
    const snapshot = newSnapshot({
      id: randomUUID(),
      dialect,
      address: as,
      machine: program.hash,
      at: 0,
      opened: false,
      round: 0,
      attempts: {},
      messages: 0,
      facts: {},
      outputs: {},
      evidence: [],
      languages: request.languages.slice(0, KEPT_LANGUAGES),
      startedAt: now,
      movedAt: now,
      mayBecome: mayBecome.length > 0 ? Object.fromEntries(mayBecome) : undefined,
    })
    return sit({ program, request, now, opensEagerly: this.#opensEagerly(dialect), snapshot })
  }

  /** @returns undefined when this process cannot run the conversation's machine. */
  async claimed(claimed: Claimed, intent: Intent | undefined, digest: string | undefined): Promise<Sitting | undefined> {
    const snapshot = decodeSnapshot(claimed.claim.id, claimed.body)
    const program = await this.shelf.find(snapshot.machine)
    if (!program) return undefined
    return sit({
      program,
      request: intent?.request,
      now: Math.floor(claimed.now / 1000),
      opensEagerly: this.#opensEagerly(snapshot.dialect),
      snapshot,
      version: claimed.version,
      claim: claimed.claim,
      replies: claimed.replies,
      digest,
    })
  }

  /** Over what is only read. @returns undefined when this process cannot run the conversation's machine. */
  async read(
    id: string,
    stored: { readonly body: string; readonly version: number; readonly now: number },
    intent: Intent,
  ): Promise<Sitting | undefined> {
    const snapshot = decodeSnapshot(id, stored.body)
    const program = await this.shelf.find(snapshot.machine)
    return (
      program &&
      sit({
        program,
        request: intent.request,
        now: Math.floor(stored.now / 1000),
        opensEagerly: this.#opensEagerly(snapshot.dialect),
        snapshot,
        version: stored.version,
      })
    )
  }

  #opensEagerly(dialect: string): boolean {
    return this.dialects.get(dialect)?.opens !== 'lazy'
  }
}
