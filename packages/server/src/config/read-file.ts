import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { SourceFile } from '@rekey/core'
import { shownPath } from './shown-path.js'
import { hasCode } from './system-error.js'
import type { ConfigFault, Place } from './source.js'
import { faultAt } from './source.js'
import type { Variables } from './variables.js'

/** The text of the configuration and the folder that its relative paths count from. */
export type FoundFile =
  | { readonly is: 'found'; readonly file: SourceFile; readonly folder: string }
  | { readonly is: 'fault'; readonly fault: ConfigFault }

/** A file is no place for megabytes of configuration, and YAML of that size takes seconds to read. */
const MAX_FILE_BYTES = 1024 * 1024

/**
 * Finds the configuration: the path given, else `REKEY_CONFIG`, else `rekey.yaml` in the working directory, else nothing, which is
 * an empty configuration.
 */
export async function findFile(path: string | undefined, env: Variables, cwd: string): Promise<FoundFile> {
  const named = path ?? (env['REKEY_CONFIG'] || undefined)
  const full = resolve(cwd, named ?? 'rekey.yaml')
  const shown = shownPath(full, cwd)
  try {
    const bytes = await readFile(full)
    if (bytes.length > MAX_FILE_BYTES) throw new Error('it is larger than 1 MiB')
    return { is: 'found', file: new SourceFile(shown, new TextDecoder('utf-8', { fatal: true }).decode(bytes)), folder: dirname(full) }
  } catch (error) {
    if (named === undefined && hasCode(error, 'ENOENT')) return { is: 'found', file: new SourceFile(shown, ''), folder: cwd }
    const place = namingPlace(path, env)
    return {
      is: 'fault',
      fault: faultAt('config-unreadable', place, { message: `\`${shown}\` cannot be read: ${reason(error)}`, label: 'this file' }),
    }
  }
}

function namingPlace(path: string | undefined, env: Variables): Place {
  const before = path === undefined ? 'REKEY_CONFIG=' : '--config '
  const file = new SourceFile(path === undefined ? 'environment' : 'command line', `${before}${path ?? env['REKEY_CONFIG'] ?? ''}`)
  return { file, span: { start: before.length, end: file.text.length } }
}

function reason(error: unknown): string {
  if (hasCode(error, 'ENOENT')) return 'there is no such file'
  if (hasCode(error, 'EISDIR')) return 'it is a folder'
  if (hasCode(error, 'EACCES')) return 'its mode forbids it'
  if (error instanceof TypeError) return 'it is not UTF-8'
  return error instanceof Error ? error.message : String(error)
}
