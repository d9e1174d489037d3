import { stepsOf, type CompiledFlow, type Registry } from '@rekey/core'
import type { Config } from './config.js'
import { isLoopback, urlHost } from './loopback.js'

/**
 * The address that links are built from.
 * @param port the one that is listened on, which differs from the configured one when that is 0.
 */
export function publicUrlOf(config: Config, port: number): string {
  return config.publicUrl ?? `http://${urlHost(config.host)}:${port}`
}

/**
 * Whether a flow cannot be served because its messages could hold a link and nobody has said under which address people reach the
 * server. Guessing it from a request would let a caller choose where the link of a stranger leads. What a text holds is not known here, so
 * every step that sends one is taken for one with a link, and every step that is told to send a link.
 */
export function lacksPublicUrl(config: Config, flow: CompiledFlow, registry: Registry): boolean {
  if (config.publicUrl !== undefined || isLoopback(config.host)) return false
  return stepsOf(flow.machine).some(({ type, settings }) => {
    const channel = registry.steps.get(type)?.channel
    return channel === 'email' || channel === 'sms' || settings['link'] === true
  })
}
