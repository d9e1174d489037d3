import { durationSeconds } from '@rekey/core'
import type { ConfigCode } from './codes.js'
import { isLoopback } from './loopback.js'
import type { FilledConfig } from './schema.js'
import { pathText } from './source.js'
import type { ConfigFault, ConfigPath, ConfigSource, FaultWords } from './source.js'
import { isCallable } from './web-address.js'

/** Longest that a provider may be given. */
const MAX_TIMEOUT_SECONDS = 60

/** Checks the mail servers, and the providers of text messages where there are several. */
export function checkSenders({ mail, sms }: FilledConfig, source: ConfigSource): readonly ConfigFault[] {
  const faults: ConfigFault[] = []
  const report = (code: ConfigCode, path: ConfigPath, words: FaultWords): void => void faults.push(source.fault(code, path, words))
  const oneWay = (path: ConfigPath, single: string): void =>
    report('config-value', path, { message: `\`${pathText(path)}\` stands instead of \`${single}\`, not beside it`, label: 'one of both' })
  const waits = (path: ConfigPath, duration: string): void => {
    if (durationSeconds(duration) > MAX_TIMEOUT_SECONDS)
      report('config-value', path, { message: `\`${pathText(path)}\` takes \`${MAX_TIMEOUT_SECONDS}s\` at most`, label: 'too long' })
  }
  const namedOnce = (path: ConfigPath, names: readonly string[]): void =>
    names.forEach((name, index) => {
      if (names.indexOf(name) < index)
        report('config-duplicate', [...path, index, 'name'], { message: `two providers have the name \`${name}\``, label: 'taken' })
    })

  const mailServer = (path: ConfigPath, { host, user, password, tls, timeouts }: NonNullable<FilledConfig['mail']['smtp']>): void => {
    const name = pathText(path)
    if ((user === undefined) !== (password === undefined)) {
      const [has, lacks] = user === undefined ? ['password', 'user'] : ['user', 'password']
      report('config-missing-key', [...path, has], {
        message: `\`${name}.${has}\` needs \`${name}.${lacks}\` beside it`,
        label: 'incomplete',
      })
    }
    if (user !== undefined && (tls === 'none' || tls === 'opportunistic') && !isLoopback(host))
      report('config-value', [...path, 'tls'], {
        message: `\`${name}.tls\` lets the password travel in clear`,
        help: 'write `tls: required`, or `tls: implicit` for port 465',
      })
    for (const key of ['connect', 'idle', 'send'] as const) waits([...path, 'timeouts', key], timeouts[key])
  }

  if (mail.smtp) mailServer(['mail', 'smtp'], mail.smtp)
  if (mail.smtp && mail.providers) oneWay(['mail', 'providers'], 'mail.smtp')
  namedOnce(['mail', 'providers'], mail.providers?.map(({ name }) => name) ?? [])
  mail.providers?.forEach((server, index) => mailServer(['mail', 'providers', index], server))

  if (sms.url !== undefined && sms.providers) oneWay(['sms', 'providers'], 'sms.url')
  namedOnce(['sms', 'providers'], sms.providers?.map(({ name }) => name) ?? [])
  sms.providers?.forEach(({ url, timeout }, index) => {
    const path = ['sms', 'providers', index] as const
    if (!isCallable(url))
      report('config-value', [...path, 'url'], {
        message: `\`${pathText(path)}.url\` takes an https address, or an http address of this machine`,
      })
    waits([...path, 'timeout'], timeout)
  })
  return faults
}
