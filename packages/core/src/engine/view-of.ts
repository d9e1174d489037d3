import type { Snapshot } from '../machine/snapshot.js'
import { stationOf, stepsOf } from '../machine/station.js'
import type { Directory } from '../ports/directory.js'
import type { AskedRequirement, Channel, Question, Requirement } from '../step/requirement.js'
import { maskMail } from '../step/mask.js'
import type { Handles } from '../token/handle.js'
import type { Tokens } from '../token/token.js'
import { AskedStep } from './asked-step.js'
import type { Digests } from './digests.js'
import { audienceOf } from './flow-book.js'
import type { LinkedStep, Program } from './program.js'
import type { View } from './view.js'

/** Life of a conversation in which nobody has been named yet, in seconds: strangers must not fill the store. */
export const NAMELESS_SECONDS = 300

/** Seconds since the epoch at which a conversation ends whatever happens. */
export function deadlineOf({ machine }: Pick<Program, 'machine'>, snapshot: Snapshot): number {
  const { lifeSeconds = machine.expiresSeconds, startedAt, who, hasNamed } = snapshot
  return startedAt + (who || hasNamed ? lifeSeconds : Math.min(lifeSeconds, NAMELESS_SECONDS))
}

/** The purpose of a handle, as its MAC covers it. */
export function handlePurpose(dialect: string, purpose: string): string {
  return `${dialect}/${purpose}`
}

/** What a dialect says of how it carries and opens. */
export interface DialectWays {
  readonly opens: 'eager' | 'lazy'
  readonly handles?: readonly string[]
  /** Slots that a conversation may go on in, by the slot it is in. */
  readonly becomes?: Readonly<Record<string, readonly string[]>>
}

/** What a view holds that has to be asked for: questions that are only shown. */
export interface Shown {
  /** The steps of the choice that is open. */
  readonly options?: readonly AskedRequirement[]
  readonly ahead?: readonly AskedRequirement[]
}

/** Draws views from snapshots. What is in a view is in the snapshot, the machine or the keys: the same snapshot gives the same view. */
export class Views {
  constructor(
    private readonly tokens: Tokens,
    private readonly handles: Handles,
    private readonly digests: Digests,
    private readonly directory: Directory,
    private readonly dialects: ReadonlyMap<string, DialectWays>,
  ) {}

  /** @returns undefined for a conversation that is neither asking nor ended: its holder died in between. */
  of(program: Program, snapshot: Snapshot, version: number, { options, ahead }: Shown = {}): View | undefined {
    const { id: conversation, ended, address, asked } = snapshot
    const { flow } = program.machine
    if (ended) {
      const type = stepsOf(program).find(({ node }) => node.id === ended.step)?.node.type ?? ended.step
      return { is: 'ended', flow, conversation, as: ended.as, step: { id: ended.step, type }, outputs: snapshot.outputs, address }
    }
    const station = stationOf(program, snapshot)
    if (!station || !asked) return undefined
    const expiresAt = deadlineOf(program, snapshot)
    const isVeiled = program.unknownAccount === 'hide' && snapshot.evidence.length === 0
    const veiled = (shown: AskedRequirement) => (isVeiled ? veil(snapshot, shown) : shown)
    return {
      is: 'open',
      flow,
      conversation,
      token: this.#token(snapshot, version, expiresAt),
      expiresAt,
      startedAt: snapshot.startedAt,
      requirement:
        station.is === 'choose'
          ? this.choice(snapshot, station.node.id, (options ?? []).map(veiled))
          : this.requirement(station, snapshot, isVeiled ? veiledOf(snapshot, station, asked) : asked, snapshot.opened),
      handles: this.handlesOf(snapshot.dialect, snapshot.id),
      ...(ahead && { ahead: ahead.map(veiled) }),
      address,
      mayBecome: Object.keys(snapshot.mayBecome ?? {}),
    }
  }

  /** A question of a step, open or only shown. */
  requirement(step: LinkedStep, { id }: Pick<Snapshot, 'id'>, asked: Requirement, opened: boolean): AskedRequirement {
    return new AskedStep(this.digests, id, step, asked, asked.questions && this.#withTexts(asked.questions), opened)
  }

  #withTexts(questions: readonly Question[]): readonly Question[] {
    const configured = this.directory.questions()
    return questions.map((question) =>
      Object.keys(question.text).length > 0 ? question : { ...question, text: configured.get(question.id) ?? {} },
    )
  }

  /** The question which of several steps to take. */
  choice({ id }: Pick<Snapshot, 'id'>, choice: string, options: readonly AskedRequirement[]): AskedRequirement {
    return {
      tag: 'choice',
      kind: 'choice',
      step: { id: choice, type: 'choose' },
      asks: 'Choose how to go on',
      target: this.digests.ofTarget(id, choice),
      opened: true,
      answer: { option: { type: 'string', description: 'Id of the step to take' } },
      required: ['option'],
      options,
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

  /** The token of one version: the same each time it is drawn. */
  #token(snapshot: Snapshot, version: number, expiresAt: number): string {
    const aud = audienceOf(snapshot.dialect, snapshot.address)
    return this.tokens.mint({ jti: snapshot.id, ver: version, aud, iat: snapshot.movedAt, exp: expiresAt })
  }

  /** The handles of a conversation by purpose; none for dialects that carry it otherwise. */
  handlesOf(dialect: string, id: string): Readonly<Record<string, string>> {
    const purposes = this.dialects.get(dialect)?.handles ?? []
    return Object.fromEntries(purposes.map((purpose) => [purpose, this.handles.mint(id, handlePurpose(dialect, purpose))]))
  }
}

/**
 * Before anything is proved, a masked address may say no more than what was typed: that of the directory would differ from it for somebody
 * who exists, and agree with it for everybody else.
 */
function veiledOf(proved: Snapshot, { definition }: LinkedStep, asked: Requirement): Requirement {
  return asked.to === undefined ? asked : { ...asked, to: typedIn(proved, definition.channel) }
}

function veil(proved: Snapshot, shown: AskedRequirement): AskedRequirement {
  const { to, options, channel } = shown
  if (to === undefined && options === undefined) return shown
  // The target is no member of its own.
  const own = { ...shown, target: shown.target, to: to === undefined ? undefined : typedIn(proved, channel) }
  return options ? { ...own, options: options.map((option) => veil(proved, option)) } : own
}

/** The address that was typed, masked; of a way that nobody types there is none to show. */
function typedIn({ who }: Snapshot, channel: Channel | undefined): string | undefined {
  return who?.typedMail !== undefined && channel === 'email' ? maskMail(who.typedMail) : undefined
}
