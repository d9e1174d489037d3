import { durationSeconds } from '@rekey/core'
import { VENDORS } from '../adapters/captcha/vendors.js'
import type { ConfigCode } from './codes.js'
import type { FilledConfig } from './schema.js'
import { pathText } from './source.js'
import type { ConfigFault, ConfigPath, ConfigSource, FaultWords } from './source.js'
import { isCallable } from './web-address.js'

/** Judging renews its claim on a conversation for half a minute at most. */
const MAX_TIMEOUT_SECONDS = 20

/** Checks the providers of captchas. */
export function checkCaptcha({ captcha }: Pick<FilledConfig, 'captcha'>, source: ConfigSource): readonly ConfigFault[] {
  const faults: ConfigFault[] = []
  const report = (code: ConfigCode, path: ConfigPath, words: FaultWords): void => void faults.push(source.fault(code, path, words))
  const names = new Set<string>()
  captcha.providers.forEach(({ name, vendor, url, minScore, timeout }, index) => {
    const path = ['captcha', 'providers', index] as const
    const text = pathText(path)
    if (names.has(name))
      report('config-duplicate', path, { message: `two providers of captchas have the name \`${name}\``, label: 'taken' })
    names.add(name)
    if (url === undefined && VENDORS[vendor].url === undefined)
      report('config-missing-key', [...path, 'vendor'], {
        message: `\`${text}.vendor\` needs \`${text}.url\` beside it`,
        label: 'incomplete',
      })
    if (url !== undefined && !isCallable(url))
      report('config-value', [...path, 'url'], { message: `\`${text}.url\` takes an https address, or an http address of this machine` })
    if (minScore !== undefined && !VENDORS[vendor].tellsScore)
      report('config-value', [...path, 'minScore'], {
        message: `\`${vendor}\` tells no score`,
        help: 'delete the key, or take `recaptcha-v3`',
        label: 'never met',
      })
    if (durationSeconds(timeout) > MAX_TIMEOUT_SECONDS)
      report('config-value', [...path, 'timeout'], {
        message: `\`${text}.timeout\` takes \`${MAX_TIMEOUT_SECONDS}s\` at most`,
        label: 'too long',
      })
  })
  return faults
}
