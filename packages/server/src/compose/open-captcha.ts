import type { Captcha } from '@rekey/core'
import type { Logger } from 'pino'
import { ConfiguredCaptcha } from '../adapters/captcha/configured-captcha.js'
import type { Config } from '../config/config.js'

/** What judges captchas. No connection is opened before somebody answers one. */
export function openCaptcha({ captcha }: Pick<Config, 'captcha'>, log: Pick<Logger, 'info' | 'warn'>): Captcha {
  return new ConfiguredCaptcha(captcha.providers, {
    report(provider, verdict, reason) {
      if (verdict === 'robot') log.info({ provider, reason }, 'a captcha was not passed')
      else log.warn({ provider, reason }, 'a provider of captchas gave no verdict')
    },
  })
}
