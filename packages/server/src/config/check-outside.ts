import { isAbsolute } from 'node:path'
import { durationSeconds } from '@rekey/core'
import { splitCommand } from '../adapters/validator/split-command.js'
import type { FilledConfig } from './schema.js'
import { pathText } from './source.js'
import type { ConfigFault, ConfigPath, ConfigSource, FaultWords } from './source.js'
import type { ConfigCode } from './codes.js'
import { isCallable, isWebAddress } from './web-address.js'

/** Longest time that a program or call may be told to take: a person is waiting. */
const MAX_TIMEOUT_SECONDS = 60

/** Checks what the server calls outside: providers of text messages, validators, issuers of tokens. */
export function checkOutside(config: FilledConfig, source: ConfigSource): readonly ConfigFault[] {
  const faults: ConfigFault[] = []
  const report = (code: ConfigCode, path: ConfigPath, words: FaultWords): void => void faults.push(source.fault(code, path, words))

  const calls = (path: ConfigPath, url: string | undefined, secret: string | undefined): void => {
    const name = pathText(path)
    if (url !== undefined && !isCallable(url))
      report('config-value', [...path, 'url'], { message: `\`${name}.url\` takes an https address, or an http address of this machine` })
    if (url !== undefined && secret === undefined)
      report('config-missing-key', [...path, 'url'], { message: `\`${name}.url\` needs \`${name}.secret\` beside it`, label: 'incomplete' })
    if (url === undefined && secret !== undefined)
      report('config-missing-key', [...path, 'secret'], {
        message: `\`${name}.secret\` needs \`${name}.url\` beside it`,
        label: 'incomplete',
      })
  }
  const waits = (path: ConfigPath, timeout: string): void => {
    if (durationSeconds(timeout) > MAX_TIMEOUT_SECONDS)
      report('config-value', path, { message: `\`${pathText(path)}\` takes \`${MAX_TIMEOUT_SECONDS}s\` at most`, label: 'too long' })
  }

  calls(['sms'], config.sms.url, config.sms.secret)
  waits(['sms', 'timeout'], config.sms.timeout)

  const names = new Set<string>()
  config.validators.forEach(({ name, command, url, secret, timeout }, index) => {
    const path = ['validators', index] as const
    if (names.has(name))
      report('config-duplicate', [...path, 'name'], { message: `two validators have the name \`${name}\``, label: 'taken' })
    names.add(name)
    calls(path, url, secret)
    waits([...path, 'timeout'], timeout)
    if ((command === undefined) === (url === undefined))
      report('config-value', [...path, 'name'], { message: `the validator \`${name}\` takes either \`command\` or \`url\`` })
    if (command === undefined) return
    const [program] = splitCommand(command) ?? []
    if (program === undefined || !isAbsolute(program))
      report('config-value', [...path, 'command'], {
        message: `\`${pathText(path)}.command\` takes the absolute path of a program, and its arguments`,
        help: 'double quotes group, and each must be closed: `/opt/checks/employee "--site=Head Office"`',
      })
  })

  const issuers = new Set<string>()
  config.bearers.issuers.forEach(({ issuer, jwks }, index) => {
    const path = ['bearers', 'issuers', index] as const
    if (issuers.has(issuer))
      report('config-duplicate', [...path, 'issuer'], { message: `two issuers are called \`${issuer}\``, label: 'taken' })
    issuers.add(issuer)
    if (isWebAddress(jwks) && !isCallable(jwks))
      report('config-value', [...path, 'jwks'], { message: `\`${pathText(path)}.jwks\` takes an https address, or a file` })
  })
  return faults
}
