import type { Properties } from './schema.js'

/** The kinds of question that steps ask and dialects have words for. */
export const REQUIREMENT_KINDS = [
  'identifier',
  'code',
  'answers',
  'password',
  'newPassword',
  'approval',
  'choice',
  'consent',
  'attributes',
  'captcha',
] as const

export type RequirementKind = (typeof REQUIREMENT_KINDS)[number]

/** The way a proof travels. Two required factors use two channels. */
export type Channel = 'email' | 'sms' | 'app' | 'knowledge' | 'session'

/** A security question. System questions have an id of the configuration; a person's own question has none. */
export interface Question {
  /** Name of the answer to this question, `answer1`, `answer2`, …, in the order asked. */
  readonly key: string
  /** Id of the configured question or of the person's own one. */
  readonly id: string
  /** Text by language; a person's own question has one text under the empty language. */
  readonly text: { readonly [language: string]: string }
}

/** What a page draws a captcha by. All of it is public. */
export interface CaptchaChallenge {
  /** Whose captcha it is: `recaptcha-v2`, `turnstile`, … */
  readonly vendor: string
  /** The vendor's public key of the site. */
  readonly siteKey: string
  /** What the page tells the vendor that the person is about to do. */
  readonly action?: string
}

/** What a step asks for, as its handler says it: the part that may differ from person to person. */
export interface Requirement {
  /** Which question of the step is open: `initial`, `validateCode`. */
  readonly tag: string
  /** Masked address a message went to, for wires that show one. */
  readonly to?: string | undefined
  readonly questions?: readonly Question[] | undefined
  /** Of a requirement of kind `captcha`. */
  readonly captcha?: CaptchaChallenge | undefined
}

/** A requirement with all that a dialect may draw: the handler's part and the part the step declared. */
export interface AskedRequirement extends Requirement {
  readonly kind: RequirementKind
  readonly step: { readonly id: string; readonly type: string }
  readonly channel?: Channel | undefined
  /** One sentence that says what is asked, as the step declares it. */
  readonly asks: string
  /** Names this requirement in later requests; opaque, the same for as long as the conversation stands at its step. */
  readonly target: string
  /** False while a dialect that opens lazily has not picked it: nothing was sent yet. */
  readonly opened: boolean
  readonly answer: Properties
  readonly required: readonly string[]
  /** What the person may pick from, of a requirement of kind `choice`: each as it would be asked. */
  readonly options?: readonly AskedRequirement[]
}
