import { decoyPrincipal, decoyWho } from './decoy.js'
import type { Answer } from './intent.js'
import type { EngineParts } from './parts.js'
import type { AnyContext, LinkedNode } from './program.js'
import type { Sitting } from './sitting.js'
import { type Change, Changes } from './changes.js'
import { spend } from './spend.js'
import { transition, type Judgement, type Transition } from '../machine/transition.js'
import type { Evidence, Who } from '../machine/snapshot.js'
import type { Principal } from '../ports/directory.js'
import type { Message } from '../step/message.js'
import type { StepDefinition } from '../step/define-step.js'
import type { JsonObject } from '../step/json.js'
import { hidden, type Verdict } from '../step/verdict.js'

/** Runs steps: enters them, judges answers, and moves the sitting's snapshot on. It writes nothing but marked changes. */
export class Judge {
  readonly #changes: Changes

  constructor(private readonly parts: EngineParts) {
    this.#changes = new Changes(parts)
  }

  /** Runs on until a step asks and the answers have run out, one is refused, or the conversation ends. */
  async advance(sitting: Sitting, answers: readonly Answer[]): Promise<void> {
    const left = [...answers]
    while (!sitting.snapshot.ended && !sitting.problem) {
      const node = sitting.program.nodes[sitting.snapshot.at]
      if (!node) return
      if (!sitting.snapshot.asked) {
        await this.#enter(sitting, node, sitting.opensEagerly)
        continue
      }
      const answer = left.shift()
      if (!answer) return
      await this.#answer(sitting, node, answer)
    }
  }

  /** Opens a question that was only shown, in a new round. */
  async open(sitting: Sitting): Promise<void> {
    const node = sitting.program.nodes[sitting.snapshot.at]
    if (!node) return
    sitting.moved = true
    await this.#enter(sitting, node, true)
  }

  /** Sends the open question's messages again: the same code while it lives, else a new round. */
  async resend(sitting: Sitting): Promise<void> {
    const { snapshot, now } = sitting
    const node = sitting.program.nodes[snapshot.at]
    if (!node || !snapshot.asked || !snapshot.opened) return
    const person = await this.#person(sitting)
    const verdict = await node.prepare(this.#context(sitting, node, person, { number: snapshot.round, openedAt: snapshot.roundAt ?? now }))
    if (verdict.is !== 'ask' || verdict.owes.some(({ expiresAt }) => expiresAt !== undefined && expiresAt <= now)) {
      return this.#enter(sitting, node, true)
    }
    sitting.dirty = true
    sitting.snapshot = { ...snapshot, messages: snapshot.messages + verdict.owes.length }
    await this.#owe(sitting, node, verdict.owes)
  }

  /** What a step would ask, shown and thrown away. @returns undefined when it asks nothing. */
  async preview(sitting: Sitting, node: LinkedNode): Promise<Verdict | undefined> {
    return node.definition.kind === undefined ? undefined : this.#prepare(sitting, node)
  }

  async #enter(sitting: Sitting, node: LinkedNode, opens: boolean): Promise<void> {
    await this.#apply(sitting, node, await this.#prepare(sitting, node), 'entering', opens)
  }

  async #prepare(sitting: Sitting, node: LinkedNode): Promise<Verdict> {
    const person = await this.#person(sitting)
    const missing = node.definition.needs?.find((attribute) => lacks(person, attribute))
    if (missing !== undefined) return hidden(`no-${missing}`)
    return node.prepare(this.#context(sitting, node, person, { number: sitting.snapshot.round + 1, openedAt: sitting.now }))
  }

  async #answer(sitting: Sitting, node: LinkedNode, answer: Answer): Promise<void> {
    const { snapshot, now } = sitting
    const step = { id: node.node.id, type: node.node.type }
    const requirement = this.parts.views.requirement(node, snapshot, snapshot.asked ?? { tag: 'initial' })
    if (answer.kind !== 'open' && answer.kind !== requirement.kind) {
      sitting.problem = { code: 'out-of-turn', step }
      return
    }
    const read = answer.kind === 'open' ? answer.read(requirement) : { is: 'value' as const, value: answer.value }
    const checked = read.is === 'fault' ? read : node.check(read.value)
    if (checked.is === 'fault') {
      sitting.problem = { ...checked.problem, step }
      return
    }
    if (node.definition.proves) await this.#countTry(sitting)
    const person = await this.#person(sitting)
    const context = this.#context(sitting, node, person, { number: snapshot.round, openedAt: snapshot.roundAt ?? now })
    await this.#apply(sitting, node, await node.submit(context, checked.answer), 'answer', sitting.opensEagerly)
  }

  /** Moves the snapshot by a verdict, a wanted change included. */
  async #apply(sitting: Sitting, node: LinkedNode, verdict: Verdict, of: Judgement['of'], opens: boolean): Promise<void> {
    const judgement: Judgement = { verdict: this.#lean(verdict), of, opens, now: sitting.now, ...this.#said(sitting, node, verdict) }
    const moved = transition(sitting.program, sitting.snapshot, judgement)
    if (verdict.is === 'done' && verdict.change && moved.became.is === 'passed') {
      await this.#change(sitting, node, { moved, change: verdict.change })
      return
    }
    await this.#take(sitting, node, moved, verdict)
  }

  async #take(sitting: Sitting, node: LinkedNode, { snapshot, messages, became }: Transition, verdict: Verdict): Promise<void> {
    const step = { id: node.node.id, type: node.node.type }
    const before = sitting.snapshot
    sitting.snapshot = snapshot
    sitting.dirty = true
    if (snapshot.who?.id !== before.who?.id) this.#meet(sitting, verdict)
    const event = (name: string, reason?: string) => this.#note(sitting, name, node.node.id, reason)
    switch (became.is) {
      case 'asking':
        if (snapshot.opened) event('opened')
        break
      case 'passed':
        if (node.definition.names === true) event('named', verdict.is === 'hidden' ? verdict.reason : undefined)
        else event('passed')
        if (node.definition.kind !== undefined) sitting.moved = true
        if (node.definition.proves && node.definition.kind !== undefined) await this.#forgiveTry(sitting)
        if (snapshot.ended) event('ended', 'completed')
        break
      case 'hidden':
        event('hidden', became.reason)
        break
      case 'refused': {
        event('refused', verdict.is === 'rejected' || verdict.is === 'hidden' ? verdict.reason : 'shadow')
        const { reason, at, details } = became
        sitting.problem = {
          code: became.last ? 'too-many-attempts' : 'answer-rejected',
          reason,
          ...(at !== undefined && { at }),
          ...(details && { details }),
          step,
        }
        if (became.last) event('ended', 'too-many-attempts')
        break
      }
      case 'failed':
        sitting.problem = { code: 'step-failed', reason: became.reason, step }
        event('ended', became.reason)
        break
    }
    await this.#owe(sitting, node, messages)
  }

  async #change(sitting: Sitting, node: LinkedNode, change: Change): Promise<void> {
    const person = await this.#person(sitting)
    const outcome = await this.#changes.apply(sitting, node, change, person)
    switch (outcome.is) {
      case 'applied':
        sitting.moved = true
        sitting.dirty = true
        sitting.snapshot = outcome.snapshot
        this.#note(sitting, 'passed', node.node.id)
        this.#note(sitting, 'changed', node.node.id)
        if (outcome.snapshot.ended) this.#note(sitting, 'ended', node.node.id, 'completed')
        sitting.owed.push(...change.moved.messages.map((message) => ({ message, void: false })), ...outcome.owed)
        if (!outcome.snapshot.ended) await this.#changes.commitBetween(sitting)
        return
      case 'not-applied': {
        const { verdict } = outcome
        await this.#take(
          sitting,
          node,
          transition(sitting.program, sitting.snapshot, { verdict, of: 'answer', opens: true, now: sitting.now }),
          verdict,
        )
        if (outcome.problem) sitting.problem = { code: outcome.problem, step: { id: node.node.id, type: node.node.type } }
      }
    }
  }

  /** What the engine alone can say about a verdict: who it names or hides, and what it proves. */
  #said(sitting: Sitting, node: LinkedNode, verdict: Verdict): { who?: Who; evidence?: Evidence } {
    const { digests, directory } = this.parts
    const { who } = sitting.snapshot
    if (verdict.is === 'hidden') {
      const { identifier, principal } = verdict
      if (identifier !== undefined) {
        const decoy = decoyWho(directory.normalise(identifier), digests)
        return { who: principal ? { ...decoy, id: principal.id, credentialVersion: principal.credentialVersion } : decoy }
      }
      return who ? { who: { ...who, shadow: true } } : {}
    }
    if (verdict.is !== 'done') return {}
    const named = verdict.names && {
      who: {
        id: verdict.names.principal.id,
        digest: digests.ofIdentifier(directory.normalise(verdict.names.identifier)),
        credentialVersion: verdict.names.principal.credentialVersion,
        shadow: false,
      },
    }
    return { ...named, ...(node.definition.proves && { evidence: this.#evidence(sitting, node) }) }
  }

  #evidence(sitting: Sitting, { node, definition }: LinkedNode): Evidence {
    const { class: of = 'knowledge', channel = 'knowledge', subject } = definition.proves ?? {}
    const known = sitting.person?.known
    return {
      step: node.id,
      class: of,
      channel,
      ...(subject !== undefined && known && { subject: { attribute: subject, digest: this.parts.digests.ofSubject(subject, known) } }),
    }
  }

  /** The person was just named in this request: no second call to the directory, for anybody. */
  #meet(sitting: Sitting, verdict: Verdict): void {
    const id = sitting.snapshot.who?.id
    if (id === undefined) return
    sitting.person = {
      id,
      known: verdict.is === 'done' ? verdict.names?.principal : verdict.is === 'hidden' ? verdict.principal : undefined,
    }
  }

  /** The person that handlers see: the real one, or what stands for them in a shadow. */
  async #person(sitting: Sitting): Promise<Principal | undefined> {
    const { who } = sitting.snapshot
    if (!who) return undefined
    const { directory, digests } = this.parts
    sitting.person = sitting.person?.id === who.id ? sitting.person : { id: who.id, known: await directory.read(who.id) }
    const { known } = sitting.person
    if (known && !who.shadow) return known
    // Somebody deleted in mid-conversation goes on like somebody who never was.
    if (!who.shadow) sitting.snapshot = { ...sitting.snapshot, who: { ...who, shadow: true } }
    return decoyPrincipal(who, known, digests, directory)
  }

  #context(
    sitting: Sitting,
    { node, deps, definition }: LinkedNode,
    person: Principal | undefined,
    round: { number: number; openedAt: number },
  ): AnyContext {
    const { snapshot, now } = sitting
    const { digests } = this.parts
    const { who } = snapshot
    const seed = who ? (sitting.person?.known ? `${who.id}:${who.credentialVersion}` : who.digest) : snapshot.id
    return {
      settings: node.settings,
      deps,
      // Typed by `needs` in `defineStep`; the compiler has seen that somebody is named before.
      principal: person as never,
      facts: factsFor(definition, sitting),
      state: snapshot.state ?? {},
      round: { conversation: snapshot.id, step: node.id, number: round.number },
      openedAt: round.openedAt,
      now,
      languages: snapshot.languages,
      pick: (label, below) => digests.pick(below, 'pick', seed, node.type, label),
    }
  }

  /** Counts a try before it is judged, in the shared store: whatever dies afterwards, the try stays counted. */
  async #countTry(sitting: Sitting): Promise<void> {
    const { who } = sitting.snapshot
    if (!who) return
    const budget = this.#failureBudget(sitting, who)
    const [count = 0] = await this.parts.budgets.count([budget])
    if (count <= budget.limit) return
    sitting.snapshot = { ...sitting.snapshot, who: { ...who, shadow: true } }
    this.#note(sitting, 'limited', sitting.program.nodes[sitting.snapshot.at]?.node.id, 'failures')
    if (count === budget.limit + 1) {
      const person = await this.#person(sitting)
      const real = sitting.person?.known?.mail !== undefined
      const message: Message = {
        channel: 'email',
        template: 'attempts-notice',
        to: person?.mail ?? '',
        values: { name: person?.givenName ?? '' },
      }
      sitting.owed.push({ message, void: !real })
    }
  }

  async #forgiveTry(sitting: Sitting): Promise<void> {
    const { who } = sitting.snapshot
    if (who) await this.parts.budgets.refund([this.#failureBudget(sitting, who)])
  }

  #failureBudget(sitting: Sitting, who: Who) {
    const { count, seconds } = sitting.program.machine.limits.failures.principal
    return { key: `failures:${this.parts.digests.of('person', who.id)}`, limit: count, windowSeconds: seconds }
  }

  async #owe(sitting: Sitting, node: LinkedNode, messages: readonly Message[]): Promise<void> {
    const { limits } = sitting.program.machine
    const shadow = sitting.snapshot.who?.shadow === true
    const tooMany = sitting.snapshot.messages > limits.messages.conversation
    for (const message of messages) {
      const over = await spend(this.parts, message, limits.messages.destination)
      if (over || tooMany) this.#note(sitting, 'limited', node.node.id, 'messages')
      sitting.owed.push({ message, void: shadow || over || tooMany })
    }
  }

  #lean(verdict: Verdict): Verdict {
    return verdict.is === 'ask' ? { ...verdict, requirement: this.parts.views.lean(verdict.requirement) } : verdict
  }

  #note(sitting: Sitting, event: string, step: string | undefined, reason?: string): void {
    const { snapshot, request, program, now } = sitting
    sitting.events.push({
      event,
      at: now,
      flow: program.machine.flow,
      dialect: snapshot.dialect,
      conversation: snapshot.id,
      ...(step !== undefined && { step }),
      ...(reason !== undefined && { reason }),
      ...(snapshot.who && { who: snapshot.who.digest }),
      ...(request && { address: request.address, requestId: request.requestId }),
    })
  }
}

/** The facts that a step reads, `<step type>.<fact>`, as the nearest earlier step of that type wrote them. */
function factsFor({ reads }: StepDefinition, { program, snapshot }: Sitting): JsonObject {
  if (!reads) return {}
  const earlier = program.nodes.slice(0, snapshot.at)
  return Object.fromEntries(
    Object.keys(reads).flatMap((name) => {
      const [type, fact = ''] = splitLast(name)
      const writer = earlier.findLast(({ node }) => node.type === type)
      const value = writer && snapshot.facts[writer.node.id]?.[fact]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function splitLast(name: string): readonly [string, string] {
  const dot = name.lastIndexOf('.')
  return [name.slice(0, dot), name.slice(dot + 1)]
}

function lacks(person: Principal | undefined, attribute: keyof Principal): boolean {
  const value = person?.[attribute]
  return value === undefined || (Array.isArray(value) && value.length === 0 && attribute === 'kba')
}
