import { stepsOf, type CompiledFlow } from '@rekey/core'
import { VENDORS } from '../adapters/captcha/vendors.js'
import type { Config } from './config.js'
import type { UnusableStep } from './unusable-steps.js'

/** @returns undefined for a flow that can ask its captchas. */
export function lacksCaptcha({ captcha }: Pick<Config, 'captcha'>, { machine }: Pick<CompiledFlow, 'machine'>): UnusableStep | undefined {
  const steps = stepsOf(machine).filter(({ type }) => type === 'captcha')
  for (const { id, settings } of steps) {
    const { provider: name, action } = settings
    const provider = captcha.providers.find((one) => one.name === name)
    // The settings' schema has a default for it, and lets nothing but texts through.
    if (!provider)
      return {
        type: 'captcha',
        id,
        why: `asks the provider of captchas \`${typeof name === 'string' ? name : ''}\`, which is not configured`,
        help: 'add it to `captcha.providers`',
      }
    if (action !== undefined && !VENDORS[provider.vendor].tellsAction)
      return {
        type: 'captcha',
        id,
        why: `names an \`action\`, and \`${provider.vendor}\` does not tell any`,
        help: 'delete it, or ask another provider',
      }
  }
  return undefined
}
