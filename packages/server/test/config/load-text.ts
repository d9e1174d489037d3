import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { printText } from '@rekey/core'
import type { Config } from '../../src/config/config.js'
import { loadConfig } from '../../src/config/load-config.js'
import { dialects } from '../../src/dialects/index.js'
import { makeFolder } from '../adapters/directory/folder.js'

/**
 * Loads `rekey.yaml` in a folder of its own, which is gone afterwards; its path is given for what is resolved against it.
 * @param options `beside`: names of empty files that stand in the folder as well.
 * @throws Error with the faults, as `rekey check` prints them.
 */
export async function loadText(
  text: string,
  { env = {}, beside = [] }: { readonly env?: Readonly<Record<string, string>>; readonly beside?: readonly string[] } = {},
): Promise<{ readonly config: Config; readonly folder: string }> {
  const folder = await makeFolder()
  try {
    await writeFile(join(folder.path, 'rekey.yaml'), text)
    for (const name of beside) await writeFile(join(folder.path, name), '')
    const loaded = await loadConfig({ env, cwd: folder.path, dialects })
    if (loaded.is === 'faults') throw new Error(printText(loaded.faults))
    return { config: loaded.config, folder: folder.path }
  } finally {
    await folder.remove()
  }
}
