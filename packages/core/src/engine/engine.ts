import { randomUUID } from 'node:crypto'
import { cancel } from '../machine/transition.js'
import type { Snapshot } from '../machine/snapshot.js'
import type { AuditEvent } from '../ports/audit.js'
import type { Claim, ClaimResult } from '../ports/conversations.js'
import type { Machines } from '../ports/machines.js'
import { NotForThisProcess } from '../ports/outbox.js'
import type { PasswordPolicy } from '../ports/passwords.js'
import type { StepDefinition } from '../step/define-step.js'
import { isJsonObject, type Json } from '../step/json.js'
import { Secret } from '../step/secret.js'
import type { Keyring } from '../token/keyring.js'
import { Tokens, type TokenClaims } from '../token/token.js'
import { Changes } from './changes.js'
import { Clock } from './clock.js'
import { Digests } from './digests.js'
import { decodeMark, decodeReply, decodeSnapshot } from './encoding.js'
import { audienceOf, FlowBook, type ServableFlow, type ServedFlow } from './flow-book.js'
import type { Answer, Intent } from './intent.js'
import { Judge } from './judge.js'
import { Letters, type Letter } from './letters.js'
import type { EngineParts } from './parts.js'
import { commit } from './persist.js'
import { ProgramShelf } from './program-shelf.js'
import type { Program, ServiceBook } from './program.js'
import type { Query, QueryAnswers } from './query.js'
import { sit, type Sitting } from './sitting.js'
import type { Reply } from './view.js'
import { Views } from './view-of.js'

/** Everything the engine is made of. */
export interface EngineOptions extends Omit<EngineParts, 'digests' | 'views' | 'leaseMs'> {
  readonly flows: readonly ServableFlow[]
  readonly steps: ReadonlyMap<string, StepDefinition>
  readonly services: ServiceBook
  /** When each dialect opens its questions. */
  readonly dialects: ReadonlyMap<string, { readonly opens: 'eager' | 'lazy' }>
  readonly keyring: Keyring
  readonly machines: Machines
  readonly policy: PasswordPolicy
  /** Life of a claim in milliseconds; 5 000 when absent. */
  readonly leaseMs?: number
}

const LEASE_MS = 5_000
/** How much longer than a lease a request waits for another one of the same conversation. */
const PATIENCE_MS = 500
/** The longest that judging may hold a lease by renewing it. */
const MAX_JUDGING_MS = 30_000

/** Languages and their number that a conversation remembers. */
const KEPT_LANGUAGES = 4

/**
 * Serves conversations: claim, judge, commit. It knows no wire and no YAML; every process with the same keys and store serves every
 * conversation.
 */
export class Engine {
  readonly #parts: EngineParts
  readonly #tokens: Tokens
  readonly #book: FlowBook
  readonly #shelf: ProgramShelf
  readonly #judge: Judge
  readonly #changes: Changes
  readonly #letters: Letters
  readonly #clock: Clock

  /** @throws UnlinkableMachine when a flow names a step or service that is not there. */
  constructor(private readonly options: EngineOptions) {
    const digests = new Digests(options.keyring.stable)
    this.#tokens = new Tokens(options.keyring)
    const views = new Views(this.#tokens, digests, options.directory)
    this.#parts = { ...options, digests, views, leaseMs: options.leaseMs ?? LEASE_MS }
    this.#shelf = new ProgramShelf(options.steps, options.services, options.machines)
    this.#book = new FlowBook(options.flows, this.#shelf)
    this.#judge = new Judge(this.#parts)
    this.#changes = new Changes(this.#parts)
    this.#letters = new Letters(this.#tokens, options.services)
    this.#clock = new Clock(options.conversations)
  }

  /** Reads the store's clock and keeps our machines in it. Call once before serving, and again within the shortest `expires` of a flow. */
  async refresh(): Promise<void> {
    await this.#clock.read()
    await this.#shelf.keep()
  }

  /** Carries out an intent. It never throws: what fails is `unavailable`, and reported. */
  async handle(intent: Intent): Promise<Reply> {
    try {
      const flow = this.#book.find(intent.dialect, intent.flow)
      if (!flow) return { problem: { code: 'flow-unknown' } }
      switch (intent.act) {
        case 'describe':
          return intent.fault ? { problem: intent.fault } : await this.#describe(flow, intent)
        case 'start':
          return intent.fault ? { problem: intent.fault } : await this.#start(flow, intent)
        case 'look':
        case 'submit':
        case 'open':
        case 'resend':
        case 'cancel':
          return await this.#resume(flow, intent)
      }
    } catch (fault) {
      this.#parts.report(fault, intent.request.requestId)
      return { problem: { code: 'unavailable' } }
    }
  }

  /** Answers a read-only question. Faults are thrown. */
  async query<Q extends Query['query']>(query: Extract<Query, { readonly query: Q }>): Promise<QueryAnswers[Q]> {
    return this.#answerQuery(query) as QueryAnswers[Q]
  }

  /**
   * Settles a conversation whose holder may have died between marking a change and committing it.
   * @throws while somebody else holds it, so that the outbox hands the item out again.
   */
  async resolve(conversation: string): Promise<void> {
    const claimed = await this.#parts.conversations.claim({ id: conversation, leaseMs: this.#parts.leaseMs })
    if (claimed.is === 'busy') throw new Error('the conversation is held; it is resolved later')
    if (claimed.is !== 'claimed') return
    await this.#holding(claimed.claim, async () => {
      const sitting = await this.#sitting(claimed, undefined, undefined)
      if (!sitting) {
        await this.#parts.conversations.release(claimed.claim)
        throw new NotForThisProcess('the conversation has a step that this process cannot finish')
      }
      if (claimed.mark !== undefined) await this.#settleMark(sitting, claimed.mark, undefined)
      else if (sitting.snapshot.unsettled !== undefined) await this.#settle(sitting)
      if (sitting.dirty) await this.#commit(sitting)
      else await this.#release(sitting)
      return {}
    })
  }

  /** Reads a message that the outbox hands out, with its code and the token of its link. */
  letter(body: string): Letter {
    return this.#letters.open(body, this.#clock.seconds())
  }

  async #describe(flow: ServedFlow, intent: Intent): Promise<Reply> {
    const { program } = flow
    const [node] = program.nodes
    if (!node) return { problem: { code: 'unavailable' } }
    const step = { id: node.node.id, type: node.node.type }
    const sitting = this.#fresh(flow, intent)
    const verdict = await this.#judge.preview(sitting, node)
    if (verdict?.is !== 'ask') return { view: { is: 'described', flow: flow.flow, step } }
    const requirement = this.#parts.views.requirement(node, sitting.snapshot, verdict.requirement)
    return { view: { is: 'described', flow: flow.flow, step, requirement } }
  }

  async #start(flow: ServedFlow, intent: Intent): Promise<Reply> {
    const { count, seconds } = flow.program.machine.limits.starts.address
    const key = `starts:${this.#parts.digests.of('address', addressBlock(intent.request.address))}`
    const [starts = 0] = await this.#parts.budgets.count([{ key, limit: count, windowSeconds: seconds }])
    if (starts > count) {
      this.#record(intent, { event: 'limited', reason: 'starts', flow: flow.flow })
      return { problem: { code: 'limited' } }
    }
    const sitting = this.#fresh(flow, intent)
    await this.#judge.advance(sitting, intent.answers)
    const { snapshot, claim, owed, problem, moved } = sitting
    sitting.events.unshift(this.#event(intent, { event: 'started', flow: flow.flow, conversation: snapshot.id }))
    const refusedAtTheDoor = problem !== undefined && !moved
    if (claim !== undefined || owed.length > 0 || (!refusedAtTheDoor && !snapshot.ended)) return this.#commit(sitting)
    // Nothing to come back with: it was refused at the door, or began and ended in this request.
    for (const event of sitting.events) this.#parts.audit.record(event)
    return refusedAtTheDoor ? { problem } : this.#reply(sitting)
  }

  async #resume(flow: ServedFlow, intent: Intent): Promise<Reply> {
    const claims = intent.carried === undefined ? undefined : this.#tokens.verify(intent.carried, this.#clock.seconds())
    if (!claims) {
      this.#record(intent, { event: 'token-refused', alarm: true, reason: 'invalid' })
      return { problem: { code: 'token-invalid' } }
    }
    if (claims.aud !== audienceOf(flow.dialect, flow.as)) {
      this.#record(intent, { event: 'token-refused', alarm: true, reason: 'foreign', conversation: claims.jti })
      return { problem: { code: 'token-foreign' } }
    }
    if (intent.fault) return { problem: intent.fault }
    return intent.act === 'look' ? this.#look(claims) : this.#claimAndJudge(intent, claims)
  }

  async #look(claims: TokenClaims): Promise<Reply> {
    const stored = await this.#parts.conversations.look(claims.jti)
    if (!stored) return { problem: { code: 'token-invalid' } }
    if (stored.version !== claims.ver) return { problem: { code: stored.ended ? 'ended' : 'spent' } }
    const snapshot = decodeSnapshot(stored.body)
    const program = await this.#shelf.find(snapshot.machine)
    const view = program && this.#parts.views.of(program, snapshot, stored.version)
    return view ? { view } : { problem: { code: 'unavailable' } }
  }

  async #claimAndJudge(intent: Intent, claims: TokenClaims): Promise<Reply> {
    // A resend is meant each time it is sent; every other act is done once.
    const digest =
      intent.act === 'resend' ? undefined : this.#parts.digests.ofRequest(intent.act, claims.ver, intent.target, digestible(intent.answers))
    const claimed = await this.#claim(claims, digest)
    switch (claimed.is) {
      case 'unknown':
        return { problem: { code: 'token-invalid' } }
      case 'busy':
        return { problem: { code: 'unavailable' } }
      case 'spent':
        this.#record(intent, { event: 'token-spent', alarm: true, conversation: claims.jti })
        return { problem: { code: intent.act === 'cancel' && claimed.ended ? 'ended' : 'spent' } }
      case 'replayed':
        return this.#replay(claimed)
      case 'claimed':
        return this.#holding(claimed.claim, () => this.#judgeClaimed(intent, claimed, digest))
    }
  }

  /** Claims, waiting with jitter while somebody else holds the conversation. */
  async #claim(claims: TokenClaims, digest: string | undefined): Promise<ClaimResult> {
    const { leaseMs } = this.#parts
    const request = { id: claims.jti, version: claims.ver, leaseMs, ...(digest !== undefined && { digest }) }
    const until = performance.now() + leaseMs + PATIENCE_MS
    for (let tries = 1; ; tries++) {
      const result = await this.#parts.conversations.claim(request)
      if (result.is === 'claimed' || result.is === 'replayed') this.#clock.heard(result.now)
      if (result.is !== 'busy' || performance.now() >= until) return result
      const pause = Math.min(result.leaseLeftMs + 1, 2 + Math.random() * Math.min(8 * tries, 100))
      await new Promise((resume) => setTimeout(resume, pause))
    }
  }

  async #judgeClaimed(intent: Intent, claimed: Extract<ClaimResult, { is: 'claimed' }>, digest: string | undefined): Promise<Reply> {
    const sitting = await this.#sitting(claimed, intent, digest)
    if (!sitting) {
      await this.#parts.conversations.release(claimed.claim)
      return { problem: { code: 'unavailable' } }
    }
    try {
      return await this.#judgeSitting(sitting, intent, claimed, digest)
    } catch (fault) {
      // A marked change may still be under way: whoever comes next must wait for the lease and find out.
      if (!sitting.marked) await this.#parts.conversations.release(claimed.claim)
      throw fault
    }
  }

  async #judgeSitting(
    sitting: Sitting,
    intent: Intent,
    { mark, ended }: Extract<ClaimResult, { is: 'claimed' }>,
    digest: string | undefined,
  ): Promise<Reply> {
    if (mark !== undefined) {
      const settled = await this.#settleMark(sitting, mark, intent)
      if (settled) return settled
    }
    if (sitting.snapshot.unsettled !== undefined) return this.#settleForOther(sitting, digest)
    if (ended || sitting.snapshot.ended) {
      await this.#release(sitting)
      return { problem: { code: 'ended' } }
    }
    await this.#act(sitting, intent)
    return sitting.dirty ? this.#commit(sitting) : this.#release(sitting)
  }

  async #act(sitting: Sitting, intent: Intent): Promise<void> {
    const { snapshot, program } = sitting
    const node = program.nodes[snapshot.at]
    const target = node && this.#parts.digests.ofTarget(snapshot.id, node.node.id, snapshot.round)
    if (intent.target !== undefined && intent.target !== target) {
      sitting.problem = { code: 'out-of-turn' }
      return
    }
    switch (intent.act) {
      case 'submit':
        return this.#judge.advance(sitting, intent.answers)
      case 'open':
        if (snapshot.opened) sitting.problem = { code: 'out-of-turn' }
        else await this.#judge.open(sitting)
        return
      case 'resend':
        if (snapshot.opened) await this.#judge.resend(sitting)
        else sitting.problem = { code: 'out-of-turn' }
        return
      case 'cancel':
        sitting.snapshot = cancel(program, snapshot)
        sitting.dirty = true
        sitting.events.push(
          this.#event(intent, { event: 'ended', reason: 'cancelled', conversation: snapshot.id, flow: program.machine.flow }),
        )
        return
      case 'describe':
      case 'look':
      case 'start':
        throw new RangeError(`${intent.act} is no act on a claimed conversation`)
    }
  }

  /** @returns the reply when the mark decides the request; undefined when the mark was dropped and the request is judged as ever. */
  async #settleMark(sitting: Sitting, text: string, intent: Intent | undefined): Promise<Reply | undefined> {
    const mark = decodeMark(text)
    const asked = sitting.digest
    const same = intent !== undefined && mark.digest !== undefined && asked === mark.digest
    const outcome = await this.#changes.resolve(sitting, mark, same ? passwordOf(intent.answers) : undefined)
    switch (outcome) {
      case 'dropped':
        // The next commit clears the mark; if there is nothing else to write, this sitting writes for that alone.
        sitting.dirty = true
        return undefined
      case 'superseded': {
        sitting.snapshot = { ...sitting.snapshot, ended: { as: 'failed', reason: 'already-changed', step: this.#stepAt(sitting) } }
        sitting.dirty = true
        sitting.problem = { code: 'already-changed' }
        return this.#commit(sitting)
      }
      case 'applied': {
        sitting.events.push({
          event: 'changed',
          reason: 'resolved',
          at: sitting.now,
          conversation: sitting.snapshot.id,
          flow: sitting.program.machine.flow,
        })
        if (!sitting.snapshot.ended) await this.#changes.commitBetween(sitting)
        const reply = await this.#settle(sitting)
        return same || intent === undefined ? reply : { problem: { code: 'already-changed' } }
      }
    }
  }

  /** Enters the steps behind an applied change and commits them as the answer to the request that made it. */
  async #settle(sitting: Sitting): Promise<Reply> {
    sitting.digest = sitting.snapshot.unsettled ?? sitting.digest
    const { unsettled: _settled, ...snapshot } = sitting.snapshot
    sitting.snapshot = snapshot
    sitting.moved = true
    sitting.dirty = true
    await this.#judge.advance(sitting, [])
    return this.#commit(sitting)
  }

  async #settleForOther(sitting: Sitting, digest: string | undefined): Promise<Reply> {
    const same = sitting.snapshot.unsettled === digest
    const reply = await this.#settle(sitting)
    return same ? reply : { problem: { code: 'already-changed' } }
  }

  async #commit(sitting: Sitting): Promise<Reply> {
    const { unsettled: _settled, ...snapshot } = sitting.snapshot
    sitting.snapshot = snapshot
    return (await commit(this.#parts, sitting, { release: true })) ? this.#reply(sitting) : { problem: { code: 'unavailable' } }
  }

  async #release(sitting: Sitting): Promise<Reply> {
    if (sitting.claim) await this.#parts.conversations.release(sitting.claim)
    return this.#reply(sitting)
  }

  #reply({ program, snapshot, version, problem }: Sitting): Reply {
    const view = this.#parts.views.of(program, snapshot, version)
    return { ...(view && { view }), ...(problem && { problem }) }
  }

  async #replay(replayed: Extract<ClaimResult, { is: 'replayed' }>): Promise<Reply> {
    const snapshot = decodeSnapshot(replayed.body)
    const program = await this.#shelf.find(snapshot.machine)
    if (!program) return { problem: { code: 'unavailable' } }
    const problem = decodeReply(replayed.reply)
    const view = this.#parts.views.of(program, snapshot, replayed.version)
    return { ...(view && { view }), ...(problem && { problem }) }
  }

  /** Judges under a claim: the lease is renewed while it takes long, and given back if it fails before anything was marked. */
  async #holding(claim: Claim, judge: () => Promise<Reply>): Promise<Reply> {
    const { conversations, report, leaseMs } = this.#parts
    const begun = performance.now()
    let timer: NodeJS.Timeout | undefined
    const renewLater = () => {
      timer = setTimeout(() => {
        if (performance.now() - begun > MAX_JUDGING_MS) return
        conversations.renew(claim, leaseMs).then(
          (ours) => ours && renewLater(),
          (fault: unknown) => report(fault, undefined),
        )
      }, leaseMs / 2)
      timer.unref()
    }
    renewLater()
    try {
      return await judge()
    } finally {
      clearTimeout(timer)
    }
  }

  async #sitting(
    claimed: Extract<ClaimResult, { is: 'claimed' }>,
    intent: Intent | undefined,
    digest: string | undefined,
  ): Promise<Sitting | undefined> {
    const snapshot = decodeSnapshot(claimed.body)
    const program = await this.#shelf.find(snapshot.machine)
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

  #fresh({ program, dialect, as }: ServedFlow, { request }: Intent): Sitting {
    const now = this.#clock.seconds()
    const snapshot: Snapshot = {
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
    }
    return sit({ program, request, now, opensEagerly: this.#opensEagerly(dialect), snapshot })
  }

  #opensEagerly(dialect: string): boolean {
    return this.options.dialects.get(dialect)?.opens !== 'lazy'
  }

  #stepAt({ program, snapshot }: { program: Program; snapshot: Snapshot }): string {
    return program.nodes[snapshot.at]?.node.id ?? ''
  }

  #answerQuery(query: Query): QueryAnswers[Query['query']] {
    switch (query.query) {
      case 'passwordRules':
        return this.options.policy.rules()
      case 'checkPassword':
        return this.options.policy.checkStatic(query.secret)
      case 'flows':
        return this.#book.of(query.dialect).map(({ as, flow, title }) => ({ as, flow, ...(title !== undefined && { title }) }))
    }
  }

  #record(intent: Intent, event: Omit<AuditEvent, 'at'>): void {
    this.#parts.audit.record(this.#event(intent, event))
  }

  #event(intent: Intent, event: Omit<AuditEvent, 'at'>): AuditEvent {
    const { address, requestId } = intent.request
    return { ...event, at: this.#clock.seconds(), dialect: intent.dialect, address, requestId }
  }
}

/** What a request digest covers: the answers as they came. */
function digestible(answers: readonly Answer[]): Json {
  return answers.map((answer) => (answer.kind === 'open' ? answer.input : { kind: answer.kind, value: answer.value }))
}

/** The new password of a repeated request, wherever the wire puts it; only to ask the directory whether it is in force. */
function passwordOf(answers: readonly Answer[]): Secret | undefined {
  for (const answer of answers) {
    const value = answer.kind === 'open' ? answer.input : answer.value
    if (isJsonObject(value) && typeof value['password'] === 'string') return new Secret(value['password'])
  }
  return undefined
}

/** Budgets count an IPv6 address by its /64: one subscriber has that many addresses. */
function addressBlock(address: string): string {
  return address.includes(':') && !address.includes('.') ? expandIpv6(address).slice(0, 4).join(':') : address
}

function expandIpv6(address: string): readonly string[] {
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return [...left, ...zeros, ...right].map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
}
