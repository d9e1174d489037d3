import type { CompiledFlow, Registry } from '@rekey/core'
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
 * Whether a flow cannot be served because its mails could hold a link and nobody has said under which address people reach the
 * server. Guessing it from a request would let a caller choose where the link of a stranger leads.
 */
export function lacksPublicUrl(config: Config, flow: CompiledFlow, registry: Registry): boolean {
  if (config.publicUrl !== undefined || isLoopback(config.host)) return false
  return flow.machine.nodes.some((node) => registry.steps.get(node.type)?.channel === 'email')
}
