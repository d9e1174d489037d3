import type { Snapshot } from '../machine/snapshot.js'
import type { Directory } from '../ports/directory.js'
import type { AskedRequirement, Requirement } from '../step/requirement.js'
import type { Tokens } from '../token/token.js'
import type { Digests } from './digests.js'
import { audienceOf } from './flow-book.js'
import type { LinkedNode, Program } from './program.js'
import type { View } from './view.js'

/** Life of a conversation in which nobody has been named yet, in seconds: strangers must not fill the store. */
const NAMELESS_SECONDS = 300

/** Seconds since the epoch at which a conversation ends whatever happens. */
export function deadlineOf({ machine }: Program, snapshot: Snapshot): number {
  const life = snapshot.who ? machine.expiresSeconds : Math.min(machine.expiresSeconds, NAMELESS_SECONDS)
  return snapshot.startedAt + life
}

/** Draws views from snapshots. What is in a view is in the snapshot, the machine or the keys: the same snapshot gives the same view. */
export class Views {
  constructor(
    private readonly tokens: Tokens,
    private readonly digests: Digests,
    private readonly directory: Directory,
  ) {}

  /** @returns undefined for a conversation that is neither asking nor ended: its holder died in between. */
  of(program: Program, snapshot: Snapshot, version: number): View | undefined {
    const { id: conversation, ended } = snapshot
    const { flow } = program.machine
    if (ended) {
      const type = program.nodes.find(({ node }) => node.id === ended.step)?.node.type ?? ended.step
      return { is: 'ended', flow, conversation, as: ended.as, step: { id: ended.step, type }, outputs: snapshot.outputs }
    }
    const node = program.nodes[snapshot.at]
    if (!node || !snapshot.asked) return undefined
    const expiresAt = deadlineOf(program, snapshot)
    return {
      is: 'open',
      flow,
      conversation,
      token: this.token(snapshot, version, expiresAt),
      expiresAt,
      requirement: this.requirement(node, snapshot, snapshot.asked),
    }
  }

  /** The token of one version: the same each time it is drawn. */
  token(snapshot: Pick<Snapshot, 'id' | 'dialect' | 'address' | 'movedAt'>, version: number, expiresAt: number): string {
    const aud = audienceOf(snapshot.dialect, snapshot.address)
    return this.tokens.mint({ jti: snapshot.id, ver: version, aud, iat: snapshot.movedAt, exp: expiresAt })
  }

  requirement(node: LinkedNode, snapshot: Pick<Snapshot, 'id' | 'round' | 'opened'>, asked: Requirement): AskedRequirement {
    const { definition } = node
    const questions = asked.questions?.map((question) => ({
      ...question,
      text: Object.keys(question.text).length > 0 ? question.text : (this.directory.questions().get(question.id) ?? {}),
    }))
    return {
      ...asked,
      ...(questions && { questions }),
      kind: definition.kind ?? 'attributes',
      step: { id: node.node.id, type: node.node.type },
      ...(definition.channel !== undefined && { channel: definition.channel }),
      asks: definition.asks ?? definition.description,
      target: this.digests.ofTarget(snapshot.id, node.node.id, snapshot.round),
      opened: snapshot.opened,
      answer: node.answer,
      required: definition.required,
    }
  }

  /** Texts of configured questions are not stored with each conversation; a person's own one is. */
  lean(requirement: Requirement): Requirement {
    if (!requirement.questions) return requirement
    const configured = this.directory.questions()
    return {
      ...requirement,
      questions: requirement.questions.map((question) => (configured.has(question.id) ? { ...question, text: {} } : question)),
    }
  }
}
