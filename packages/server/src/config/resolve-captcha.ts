import { durationSeconds, Secret } from '@rekey/core'
import type { CaptchaProvider } from '../adapters/captcha/configured-captcha.js'
import { VENDORS } from '../adapters/captcha/vendors.js'
import type { FilledConfig } from './schema.js'

/** Source: reCAPTCHA v3, which proposes 0.5 to begin with. */
const DEFAULT_SCORE = 0.5

/** The providers of captchas. One without an address that `checkCaptcha` lets through is of a vendor that has one. */
export function resolveCaptcha({ providers }: FilledConfig['captcha']): { readonly providers: readonly CaptchaProvider[] } {
  return {
    providers: providers.map(({ name, vendor, siteKey, secret, url, hosts, minScore, timeout }) => {
      const least = minScore ?? (vendor === 'recaptcha-v3' ? DEFAULT_SCORE : undefined)
      return {
        name,
        vendor,
        url: url ?? VENDORS[vendor].url ?? '',
        siteKey,
        secret: new Secret(secret),
        hosts: hosts.map((host) => host.toLowerCase()),
        ...(least !== undefined && { minScore: least }),
        timeoutMs: durationSeconds(timeout) * 1_000,
      }
    }),
  }
}
