import { isJsonObject, type Json, type JsonObject, type Secret } from '@rekey/core'

/** The vendors that are known; `siteverify` is any other that answers as reCAPTCHA does. */
export const CAPTCHA_VENDORS = ['recaptcha-v2', 'recaptcha-v3', 'hcaptcha', 'turnstile', 'friendly-captcha', 'siteverify'] as const

export type CaptchaVendor = (typeof CAPTCHA_VENDORS)[number]

/** What a vendor is asked with. */
export interface VendorQuestion {
  readonly siteKey: string
  readonly secret: Secret
  readonly response: Secret
}

/** What a vendor has said, whatever it calls it. */
export interface VendorAnswer {
  readonly isGood: boolean
  /** The host of the page; absent where the vendor does not know. */
  readonly host?: string
  readonly action?: string
  /** From 0, a robot, to 1. */
  readonly score?: number
  /** Why not, in the vendor's words. */
  readonly codes: readonly string[]
}

/** How a vendor is asked. */
export interface VendorWays {
  /** Where it is asked; absent where the configuration must say so. */
  readonly url?: string
  /** The headers and the form that ask. */
  ask(question: VendorQuestion): { readonly headers: Readonly<Record<string, string>>; readonly form: URLSearchParams }
  /** @returns undefined for an answer of another form than the documented one. */
  read(answer: JsonObject): VendorAnswer | undefined
  /** Whether it tells the action of the page. */
  readonly tellsAction: boolean
  /** Whether it tells a score. */
  readonly tellsScore: boolean
  /** Secrets of the vendor's documentation, with which every response is good. */
  readonly testSecrets: readonly string[]
}

/**
 * Sources: reCAPTCHA, "Verifying the user's response" and "reCAPTCHA v3"; hCaptcha, "Developer Guide", server side; Cloudflare Turnstile, "Validate the
 * token" and "Test your implementation"; Friendly Captcha, `/api/v2/captcha/siteverify`.
 */
export const VENDORS: Readonly<Record<CaptchaVendor, VendorWays>> = {
  'recaptcha-v2': {
    url: 'https://www.google.com/recaptcha/api/siteverify',
    ask: ({ secret, response }) => form({ secret: secret.reveal(), response: response.reveal() }),
    read: readSiteverify,
    tellsAction: false,
    tellsScore: false,
    testSecrets: ['6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe'],
  },
  'recaptcha-v3': {
    url: 'https://www.google.com/recaptcha/api/siteverify',
    ask: ({ secret, response }) => form({ secret: secret.reveal(), response: response.reveal() }),
    read: readSiteverify,
    tellsAction: true,
    tellsScore: true,
    testSecrets: ['6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe'],
  },
  hcaptcha: {
    url: 'https://api.hcaptcha.com/siteverify',
    // With the key of the site, a response that was made for another site of the same account is not good.
    ask: ({ siteKey, secret, response }) => form({ secret: secret.reveal(), response: response.reveal(), sitekey: siteKey }),
    // Its score runs the other way, and comes with contracts only.
    read: (answer) => without(readSiteverify(answer), 'score'),
    tellsAction: false,
    tellsScore: false,
    testSecrets: ['0x0000000000000000000000000000000000000000'],
  },
  turnstile: {
    url: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
    ask: ({ secret, response }) => form({ secret: secret.reveal(), response: response.reveal() }),
    read: readSiteverify,
    tellsAction: true,
    tellsScore: false,
    testSecrets: ['1x0000000000000000000000000000000AA'],
  },
  'friendly-captcha': {
    url: 'https://global.frcapi.com/api/v2/captcha/siteverify',
    ask: ({ siteKey, secret, response }) => form({ response: response.reveal(), sitekey: siteKey }, { 'X-API-Key': secret.reveal() }),
    read: readFriendly,
    tellsAction: false,
    tellsScore: false,
    testSecrets: [],
  },
  siteverify: {
    ask: ({ secret, response }) => form({ secret: secret.reveal(), response: response.reveal() }),
    read: readSiteverify,
    tellsAction: true,
    tellsScore: true,
    testSecrets: [],
  },
}

/** Codes by which a vendor says that it does not take our keys; none of them can come of a response alone. */
export const KEYS_REFUSED: ReadonlySet<string> = new Set([
  'missing-input-secret',
  'invalid-input-secret',
  'auth_required',
  'auth_invalid',
  'sitekey_invalid',
])

/** Codes by which a vendor says that it is at fault itself. */
export const VENDOR_AT_FAULT: ReadonlySet<string> = new Set(['internal-error'])

function form(members: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}): ReturnType<VendorWays['ask']> {
  return { headers, form: new URLSearchParams(members) }
}

function readSiteverify(answer: JsonObject): VendorAnswer | undefined {
  const { success, hostname, action, score } = answer
  if (typeof success !== 'boolean') return undefined
  return {
    isGood: success,
    ...(typeof hostname === 'string' && hostname !== '' && { host: hostname }),
    ...(typeof action === 'string' && { action }),
    ...(typeof score === 'number' && { score }),
    codes: textsOf(answer['error-codes']),
  }
}

/** It tells the origin of the page, which may be empty, and one code. */
function readFriendly({ success, data, error }: JsonObject): VendorAnswer | undefined {
  if (typeof success !== 'boolean') return undefined
  const challenge = isJsonObject(data) ? data['challenge'] : undefined
  const origin = isJsonObject(challenge) ? challenge['origin'] : undefined
  const code = isJsonObject(error) ? error['error_code'] : undefined
  return {
    isGood: success,
    ...(typeof origin === 'string' && URL.canParse(origin) && { host: new URL(origin).hostname }),
    codes: textsOf([code ?? null]),
  }
}

function without(answer: VendorAnswer | undefined, name: 'score'): VendorAnswer | undefined {
  if (!answer) return undefined
  const { [name]: _score, ...rest } = answer
  return rest
}

function textsOf(codes: Json | undefined): readonly string[] {
  return Array.isArray(codes) ? codes.filter((code) => typeof code === 'string') : []
}
