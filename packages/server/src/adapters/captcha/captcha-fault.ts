/** Why a provider of captchas has said neither yes nor no. */
export type CaptchaFaultReason =
  | 'not-configured' // there is no such provider
  | 'overloaded' // too many wait for it already
  | 'unreachable' // no connection, or not in time
  | 'status' // another status than one that says something of the response, a redirect included
  | 'not-understood' // too long, no JSON, or not of the form that the vendor documents
  | 'keys-refused' // the vendor does not take our keys
  | 'vendor-fault' // the vendor says that something has gone wrong on its side

/** A provider of captchas has said nothing of a response. The message holds neither key nor response nor what was answered. */
export class CaptchaFault extends Error {
  override readonly name = 'CaptchaFault'
  /** As logs tell it: `CAPTCHA_UNREACHABLE`. */
  readonly code: string

  constructor(
    readonly reason: CaptchaFaultReason,
    options: ErrorOptions = {},
  ) {
    super(`a provider of captchas gave no verdict: ${reason}`, options)
    this.code = `CAPTCHA_${reason.toUpperCase().replaceAll('-', '_')}`
  }
}
