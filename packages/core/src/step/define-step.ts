import type { AttributeName, Principal } from '../ports/directory.js'
import type { JsonObject } from './json.js'
import type { Round } from './message.js'
import type { Secret } from './secret.js'
import type { Channel, RequirementKind } from './requirement.js'
import type { InferSettings, Infer, Properties } from './schema.js'
import type { Service, Services } from './service.js'
import type { Verdict } from './verdict.js'

/** What an accepted answer shows about the caller. */
export interface Proof {
  readonly class: 'knowledge' | 'possession' | 'session' | 'vouched'
  readonly channel: Channel
  /** The attribute the proof is about; it must still be the same when a credential is changed. */
  readonly subject?: AttributeName
}

/** What a handler sees of its conversation. It sees no token, no store, and not whether the person exists. */
export interface StepContext<Settings, Deps, P> {
  readonly settings: Settings
  readonly deps: Deps
  /** The person named before; typed as there for steps that declare `needs`. */
  readonly principal: P
  /** Facts that the step declares in `reads`, by `<step type>.<fact>`. */
  readonly facts: JsonObject
  /** What the step's own earlier verdicts left. */
  readonly state: JsonObject
  readonly round: Round
  /** Seconds since the epoch. */
  readonly now: number
  /** Seconds since the epoch when the present round was opened; `now` while it is being opened. */
  readonly openedAt: number
  /** What the request brought, as far as the step declares it in `takes`. */
  readonly request: TakenValues
  /** The caller's languages in order of preference, as in RFC 9110 section 12.5.4. */
  readonly languages: readonly string[]
  /**
   * A number from 0 (inclusive) to `below` (exclusive) that looks random and is always the same for this person and label until the
   * person's credential changes; for somebody who does not exist it depends on the identifier alike.
   */
  readonly pick: (label: string, below: number) => number
}

/** Values of a request beside the answers that steps may declare and dialects may offer. */
export const REQUEST_VALUES = ['bearer', 'rawBody', 'continuation'] as const

export type RequestValueName = (typeof REQUEST_VALUES)[number]

export interface TakenValues {
  /** The credential of `Authorization: Bearer` or what the wire has in its place. */
  readonly bearer?: Secret
  /** Whom the request itself says it is about, where it does; handed over with the bearer, whose names each must be one of. */
  readonly subjects?: readonly string[]
  /** The body as it came, for validators of somebody else's. */
  readonly rawBody?: string
  /** A token that continues another conversation. */
  readonly continuation?: Secret
}

/** A step before its types are fixed, as the registry keeps it. */
export interface StepDefinition {
  readonly type: string
  /** Raised when the meaning of the step's state or settings changes. */
  readonly version: number
  /** Earlier versions whose conversations this definition can finish. */
  readonly finishes?: readonly number[]
  /** One sentence for the reference. */
  readonly description: string
  readonly settings: Properties
  /** The kind of question; a step without one is silent. */
  readonly kind?: RequirementKind
  readonly channel?: Channel
  /** One sentence that says what is asked. */
  readonly asks?: string
  readonly answer: Properties
  /** The members of the answer where they depend on the settings. */
  readonly answerFor?: (settings: never) => Properties
  readonly required: readonly string[]
  /** Attributes of the principal without which the step is `hidden`; an empty list says that it needs somebody. */
  readonly needs?: readonly AttributeName[]
  /** True for a step that finds the person. */
  readonly names?: boolean
  /** Facts of other steps, as `<step type>.<fact>`: that of the nearest earlier step of the type. */
  readonly reads?: Properties
  readonly writes?: Properties
  /** The facts written where they depend on the settings; in place of `writes`. */
  readonly writesFor?: (settings: never) => Properties
  readonly outputs?: Properties
  readonly proves?: Proof
  /** What the step brings about that must be earned by proof: a new password, or a login session. */
  readonly changes?: 'password' | 'session'
  /** True for a change that is only made for somebody who has no password yet: a login session is proof enough for it. */
  readonly first?: true
  /** Values of the request that the step reads; every dialect that speaks the flow must offer them. */
  readonly takes?: readonly RequestValueName[]
  /** True for a step that judges the calling application or its session, not the person: such steps come first, and a failure of theirs is `caller-refused`. */
  readonly caller?: boolean
  /** The reason that a shadow is refused with; the one an ordinary wrong answer has. */
  readonly refusal?: { readonly reason: string; readonly at?: string }
  /** Attempts allowed when the flow names none. */
  readonly attempts?: number
  /** How large the space of right answers is, for proofs that could be guessed. */
  readonly guessSpace?: (settings: never) => number
  readonly inject: { readonly [name: string]: Service<unknown> }
  readonly prepare: (context: never) => Verdict | Promise<Verdict>
  readonly submit?: (context: never, answer: never) => Verdict | Promise<Verdict>
  /** Judges that the person has approved by the link of a message, where a dialect waits for that. */
  readonly approved?: (context: never) => Verdict | Promise<Verdict>
}

/** What an author writes; see `StepDefinition` for the meaning of each member. */
export interface StepSource<
  S extends Properties,
  A extends Properties,
  R extends readonly (keyof A & string)[],
  I extends { readonly [name: string]: Service<unknown> },
  N extends readonly AttributeName[],
> {
  readonly type: string
  readonly version: number
  readonly finishes?: readonly number[]
  readonly description: string
  readonly settings?: S
  readonly kind?: RequirementKind
  readonly channel?: Channel
  readonly asks?: string
  readonly answer?: A
  answerFor?(settings: InferSettings<S>): Properties
  readonly required?: R
  readonly needs?: N
  readonly names?: boolean
  readonly reads?: Properties
  readonly writes?: Properties
  writesFor?(settings: InferSettings<S>): Properties
  readonly outputs?: Properties
  readonly proves?: Proof
  readonly changes?: 'password' | 'session'
  readonly first?: true
  readonly takes?: readonly RequestValueName[]
  readonly caller?: boolean
  readonly refusal?: { readonly reason: string; readonly at?: string }
  readonly attempts?: number
  guessSpace?(settings: InferSettings<S>): number
  readonly inject?: I
  prepare(context: StepContext<InferSettings<S>, Services<I>, PrincipalOf<N>>): Verdict | Promise<Verdict>
  submit?(context: StepContext<InferSettings<S>, Services<I>, PrincipalOf<N>>, answer: AnswerOf<A, R>): Verdict | Promise<Verdict>
  approved?(context: StepContext<InferSettings<S>, Services<I>, PrincipalOf<N>>): Verdict | Promise<Verdict>
}

/** What a step declares in `needs` is there: the engine hides the person otherwise, and the handler never runs. */
type PrincipalOf<N> = [N] extends [never]
  ? Principal | undefined
  : Principal & Required<Pick<Principal, Extract<N, readonly AttributeName[]>[number]>>

/** The judged answer; where the members depend on the settings it is plain JSON. */
type AnswerOf<A extends Properties, R extends readonly (keyof A & string)[]> = [keyof A] extends [never]
  ? JsonObject
  : Infer<{ readonly type: 'object'; readonly properties: A; readonly required: R }>

/**
 * Defines a step: data that the compiler reads, and two handlers that return verdicts. The types of settings, answer and services
 * follow from the schemas.
 * @throws TypeError when the definition contradicts itself; a plugin with such a step does not load.
 */
export function defineStep<
  const S extends Properties = Record<never, never>,
  const A extends Properties = Record<never, never>,
  const R extends readonly (keyof A & string)[] = readonly [],
  const I extends { readonly [name: string]: Service<unknown> } = Record<never, never>,
  const N extends readonly AttributeName[] = never,
>(source: StepSource<S, A, R, I, N>): StepDefinition {
  const definition: StepDefinition = {
    ...source,
    settings: source.settings ?? {},
    answer: source.answer ?? {},
    required: source.required ?? [],
    inject: source.inject ?? {},
  }
  refuseContradiction(definition)
  return Object.freeze(definition)
}

const STEP_TYPE = /^(?:[a-z][a-z0-9-]*\/)?[a-z][A-Za-z0-9]*$/
const MODIFIERS = ['id', 'when', 'attempts', 'onFail', 'title', 'with']

function refuseContradiction(step: StepDefinition): void {
  const refuse = (why: string): never => {
    throw new TypeError(`step \`${step.type}\`: ${why}`)
  }
  if (!STEP_TYPE.test(step.type)) refuse('a type is camelCase, with `vendor/` before it for steps of other packages')
  if (!Number.isInteger(step.version) || step.version < 1) refuse('`version` counts from 1')
  if ((step.kind === undefined) !== (step.submit === undefined))
    refuse('a step that asks has both `kind` and `submit`, a silent one neither')
  if (step.kind !== undefined && step.asks === undefined) refuse('a step that asks says so in one sentence, `asks`')
  if (step.proves && step.refusal === undefined && step.kind !== undefined)
    refuse('a step that asks for a proof names its ordinary `refusal`')
  for (const name of Object.keys(step.settings)) {
    if (MODIFIERS.includes(name)) refuse(`the setting \`${name}\` has the name of a modifier`)
  }
  for (const name of step.required) {
    if (!(name in step.answer)) refuse(`\`required\` names \`${name}\`, which \`answer\` does not have`)
  }
}
