import type { Config } from '../config/config.js'
import type { Variables } from '../config/variables.js'
import { StartRefused } from '../config/start-refused.js'
import type { Closers } from './ports.js'

export interface ProvisionOptions {
  readonly env: Variables
  /** Whether a service of that name is there already. */
  readonly isTaken: (name: string) => boolean
  readonly closers: Closers
}

/**
 * Opens the services that plugins provide, in the order of the configuration. What has a `close` is closed with the server.
 * @returns the services by name.
 * @throws StartRefused at the plugin that brings a service twice, one of ours, or one that does not open.
 */
export async function openProvisions(
  { plugins, source }: Config,
  { env, isTaken, closers }: ProvisionOptions,
): Promise<ReadonlyMap<string, unknown>> {
  const opened = new Map<string, unknown>()
  for (const [index, { provides = [] }] of plugins.entries()) {
    const refuse = (message: string): never => {
      throw new StartRefused([source.fault('config-plugin', ['plugins', index], { message, label: 'this plugin' })])
    }
    for (const provision of provides) {
      const { name } = provision.service
      if (isTaken(name) || opened.has(name)) refuse(`the plugin provides the service \`${name}\`, which is there already`)
      try {
        const value = await provision.open({ folder: source.folder, env })
        opened.set(name, value)
        if (isClosable(value)) closers.push(() => value.close())
      } catch (error) {
        refuse(`the plugin cannot provide \`${name}\`: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  return opened
}

function isClosable(value: unknown): value is { close(): Promise<unknown> | void } {
  return typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function'
}
