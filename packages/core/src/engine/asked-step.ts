import type { Properties } from '../step/schema.js'
import type { AskedRequirement, CaptchaChallenge, Channel, Question, Requirement, RequirementKind } from '../step/requirement.js'
import type { Digests } from './digests.js'
import type { LinkedStep } from './program.js'

/** The question of a step: what its handler says and what the step declares, put together in one form. */
export class AskedStep implements AskedRequirement {
  readonly tag: string
  readonly kind: RequirementKind
  readonly step: { readonly id: string; readonly type: string }
  readonly channel: Channel | undefined
  readonly asks: string
  readonly answer: Properties
  readonly required: readonly string[]
  readonly to: string | undefined
  readonly captcha: CaptchaChallenge | undefined
  readonly #digests: Digests
  readonly #conversation: string

  constructor(
    digests: Digests,
    conversation: string,
    { definition, node, answer }: LinkedStep,
    { tag, to, captcha }: Requirement,
    readonly questions: readonly Question[] | undefined,
    readonly opened: boolean,
  ) {
    this.tag = tag
    this.kind = definition.kind ?? 'attributes'
    this.step = { id: node.id, type: node.type }
    this.channel = definition.channel
    this.asks = definition.asks ?? definition.description
    this.answer = answer
    this.required = definition.required
    this.to = to
    this.captcha = captcha
    this.#digests = digests
    this.#conversation = conversation
  }

  /** Most dialects have no word for it. */
  get target(): string {
    return this.#digests.ofTarget(this.#conversation, this.step.id)
  }
}
