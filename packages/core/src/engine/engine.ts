import { Bearers } from '../ports/bearers.js'
import type { Machines } from '../ports/machines.js'
import { NotForThisProcess } from '../ports/outbox.js'
import type { PasswordPolicy } from '../ports/passwords.js'
import { Sessions } from '../ports/sessions.js'
import type { StepDefinition } from '../step/define-step.js'
import { Handles } from '../token/handle.js'
import type { Keyring } from '../token/keyring.js'
import { Tokens } from '../token/token.js'
import { Acts } from './acts.js'
import { Carriers } from './carriers.js'
import { Claims } from './claims.js'
import { Clock } from './clock.js'
import { Digests } from './digests.js'
import { decodeOwed } from './encoding.js'
import { FlowBook, type ServableFlow } from './flow-book.js'
import type { Intent } from './intent.js'
import { Judge } from './judge.js'
import { Letters, type Letter } from './letters.js'
import type { EngineParts } from './parts.js'
import { People } from './people.js'
import { commit } from './persist.js'
import { Polls } from './polls.js'
import { Previews } from './previews.js'
import { ProgramShelf } from './program-shelf.js'
import type { ServiceBook } from './program.js'
import { Queries } from './queries.js'
import type { Query, QueryAnswers } from './query.js'
import { Replies } from './replies.js'
import { Resumes } from './resumes.js'
import { Settlements } from './settlements.js'
import { Sittings } from './sittings.js'
import { Starts } from './starts.js'
import { Story } from './story.js'
import type { Reply } from './view.js'
import { Views, type DialectWays } from './view-of.js'

/** Everything the engine is made of. */
export interface EngineOptions extends Omit<EngineParts, 'bearers' | 'digests' | 'views' | 'clock' | 'leaseMs'> {
  readonly flows: readonly ServableFlow[]
  readonly steps: ReadonlyMap<string, StepDefinition>
  readonly services: ServiceBook
  /** How each dialect carries and opens. */
  readonly dialects: ReadonlyMap<string, DialectWays>
  readonly keyring: Keyring
  readonly machines: Machines
  readonly policy: PasswordPolicy
  /** The value behind a `${NAME}` of a secret setting; none when absent. */
  readonly secrets?: (name: string) => string | undefined
  /** Milliseconds of a lease; 5 000 when absent: longer than any honest judging, shorter than a person's patience. */
  readonly leaseMs?: number
}

const LEASE_MS = 5_000

/**
 * Serves conversations: claim, judge, commit. It knows no wire and no YAML; every process with the same keys and store serves every
 * conversation.
 */
export class Engine {
  readonly #parts: EngineParts
  readonly #clock: Clock
  readonly #shelf: ProgramShelf
  readonly #book: FlowBook
  readonly #claims: Claims
  readonly #sittings: Sittings
  readonly #settlements: Settlements
  readonly #starts: Starts
  readonly #resumes: Resumes
  readonly #queries: Queries
  readonly #letters: Letters
  readonly #sessions: Sessions | undefined

  /** @throws UnlinkableMachine when a flow names a step, service or secret that is not there. */
  constructor(private readonly options: EngineOptions) {
    const { keyring, directory, dialects, steps, services, secrets = () => undefined } = options
    const digests = new Digests(keyring.stable)
    const tokens = new Tokens(keyring)
    const handles = new Handles(keyring)
    const views = new Views(tokens, handles, digests, directory, dialects)
    // The book is filled by name; `Bearers` and `Sessions` name these.
    const bearers = services.get(Bearers.name) as Bearers | undefined
    this.#sessions = services.get(Sessions.name) as Sessions | undefined
    const clock = new Clock(options.conversations)
    const parts: EngineParts = { ...options, bearers, digests, views, clock, leaseMs: options.leaseMs ?? LEASE_MS }
    const shelf = new ProgramShelf({ steps, services, secrets }, options.machines)
    const book = new FlowBook(options.flows, shelf)
    const people = new People(parts)
    const judge = new Judge(parts, people)
    const previews = new Previews(parts, people)
    const polls = new Polls(judge)
    const story = new Story(options.audit, clock)
    const carriers = new Carriers(tokens, handles)
    const sittings = new Sittings(dialects, book, shelf, clock)
    const replies = new Replies(parts, sittings, previews, polls)
    const acts = new Acts(judge, polls, shelf, story)
    this.#parts = parts
    this.#clock = clock
    this.#shelf = shelf
    this.#book = book
    this.#sittings = sittings
    this.#claims = new Claims(parts, clock)
    this.#settlements = new Settlements(parts, judge)
    this.#resumes = new Resumes(parts, carriers, this.#claims, clock, sittings, this.#settlements, acts, polls, replies, story)
    this.#starts = new Starts(parts, carriers, clock, sittings, judge, previews, this.#resumes, replies, story)
    this.#queries = new Queries(parts, book, options.policy, this.#sessions)
    this.#letters = new Letters(tokens, views, services)
  }

  /** Reads the store's clock and keeps our machines in it. Call once before serving, and again within the shortest `expires` of a flow. */
  async refresh(): Promise<void> {
    await this.#clock.read()
    await this.#shelf.keep()
  }

  /**
   * Serves these flows from now on and no others, at once and as a whole. Conversations under way finish on the machine they began with.
   * @throws UnlinkableMachine when one cannot run here; then all stays as it was.
   */
  async serve(flows: readonly ServableFlow[]): Promise<void> {
    for (const flow of flows) this.#shelf.add(flow)
    // Kept before a conversation can begin on one of them, as another process may have to finish it.
    await this.#shelf.keep()
    this.#book.replace(flows)
    this.#shelf.keepOnly(new Set(flows.map(({ hash }) => hash)))
  }

  /** Carries out an intent. It never throws: what fails is `unavailable`, and reported. */
  async handle(intent: Intent): Promise<Reply> {
    try {
      return await this.#handle(intent)
    } catch (fault) {
      this.#parts.report(fault, intent.request.requestId)
      return { problem: { code: 'unavailable' } }
    }
  }

  /** Answers a read-only question. Faults are thrown. */
  async query<Q extends Query['query']>(query: Extract<Query, { readonly query: Q }>): Promise<QueryAnswers[Q]> {
    // The switch over the name of the query answers each with its own type, which the compiler cannot follow.
    return (await this.#queries.answer(query)) as QueryAnswers[Q]
  }

  /**
   * Settles a conversation whose holder may have died between marking a change and committing it.
   * @throws while somebody else holds it, so that the outbox hands the item out again.
   */
  async resolve(conversation: string): Promise<void> {
    const claimed = await this.#parts.conversations.claim({ id: conversation, leaseMs: this.#parts.leaseMs })
    if (claimed.is === 'busy') throw new Error('the conversation is held; it is resolved later')
    if (claimed.is !== 'claimed') return
    await this.#claims.holding(claimed.claim, async (held) => {
      const sitting = await this.#sittings.claimed(claimed, undefined, undefined)
      if (!sitting) throw new NotForThisProcess('the conversation has a step that this process cannot finish')
      held(sitting)
      const settled = await this.#settlements.settle(sitting, claimed.mark, undefined)
      if (settled.is === 'open' && !sitting.dirty) await this.#parts.conversations.release(claimed.claim)
      else if (!(await commit(this.#parts, sitting, { release: true }))) throw new Error('the claim was lost while settling')
    })
  }

  /**
   * Does what a commit has owed, as far as it is ours to do: tells the audit trail, ends bearer tokens. Doing it twice does no harm.
   * @returns a message that is to be sent, with its code and the tokens of its link; undefined when there is none.
   * @throws what the store or the trail throws, so that the outbox hands the item out again.
   */
  async fulfil(body: string): Promise<Letter | undefined> {
    const owed = decodeOwed(body)
    switch (owed.is) {
      case 'events': {
        const { audit } = this.#parts
        if (audit.keep) await audit.keep(owed.events)
        else for (const event of owed.events) audit.record(event)
        return undefined
      }
      case 'revocation':
        await this.#sessions?.revokeUntil(owed.principal, owed.until)
        return undefined
      case 'message':
      case undefined:
        return this.#letters.open(owed, this.#clock.seconds())
    }
  }

  async #handle(intent: Intent): Promise<Reply> {
    if (intent.act === 'signOut') return this.#signOut(intent)
    const flow = this.#book.find(intent.dialect, intent.flow)
    if (intent.act === 'start') return flow ? this.#starts.start(flow, intent) : { problem: { code: 'flow-unknown' } }
    if (intent.act === 'describe') return flow ? this.#starts.describe(flow, intent) : { problem: { code: 'flow-unknown' } }
    // A flow that is served no more still ends what it began: the carrier finds the conversation, and that its machine.
    return this.#resumes.resume(flow, intent)
  }

  async #signOut(intent: Intent): Promise<Reply> {
    const { bearer } = intent.request
    if (bearer) await this.#sessions?.revoke(bearer)
    return {}
  }
}
