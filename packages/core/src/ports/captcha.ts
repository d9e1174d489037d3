import type { CaptchaChallenge } from '../step/requirement.js'
import type { Secret } from '../step/secret.js'
import { service } from '../step/service.js'

/** What the page of a captcha has handed over. */
export interface CaptchaResponse {
  /** Which of the configured providers. */
  readonly provider: string
  readonly response: Secret
  /** What the page must have said that the person is about to do; absent where it does not matter. */
  readonly action?: string
}

/** Asks a provider of captchas whether a human is there. */
export interface Captcha {
  /**
   * @param provider which of the configured ones.
   * @returns what a page draws its captcha by; all of it is public.
   * @throws for a provider that is not configured.
   */
  widget(provider: string): Omit<CaptchaChallenge, 'action'>
  /**
   * @returns what the provider says: of a response that it knows as good, of the right host and the right action, that it is a human's.
   * @throws when the provider says nothing: it is away, slow, or does not know us. Nobody is a human or a robot then.
   */
  verify(response: CaptchaResponse): Promise<'human' | 'robot'>
}

export const Captcha = service<Captcha>('Captcha')
