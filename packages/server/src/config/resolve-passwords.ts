import { resolve } from 'node:path'
import { durationSeconds } from '@rekey/core'
import type { BreachedSettings } from '../adapters/passwords/breached/breached-settings.js'
import type { PasswordSettings } from './config.js'
import type { FilledConfig } from './schema.js'

/**
 * The settings of passwords.
 * @param folder that relative paths count from.
 * @param usual profile where none is named.
 */
export function resolvePasswords(
  { breached, profile, ...rest }: FilledConfig['passwords'],
  { folder, usual }: { readonly folder: string; readonly usual: PasswordSettings['profile'] },
): PasswordSettings {
  const source = breached && sourceOf(breached, folder)
  return {
    ...rest,
    profile: profile ?? usual,
    ...(breached && source && { breached: { source, minCount: breached.minCount, onFault: breached.onFault } }),
  }
}

/** @returns undefined where neither is named, which `checkPasswords` refuses. */
function sourceOf(
  { range, file }: NonNullable<FilledConfig['passwords']['breached']>,
  folder: string,
): BreachedSettings['source'] | undefined {
  if (file !== undefined) return { is: 'file', file: resolve(folder, file) }
  return range && { is: 'range', url: range.url, timeoutMs: durationSeconds(range.timeout) * 1_000, padding: range.padding }
}
