import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SourceFile } from '@rekey/core'
import { shownPath } from './shown-path.js'

/** Tests of flows stand beside them and are no flows. */
const FLOW_FILE = /(?<!\.test)\.ya?ml$/

/**
 * Reads the flow files of a folder and its subfolders, or one file, in the order of their paths. Names that begin with a dot are
 * passed over.
 * @param from paths are shown relative to this folder where they lie below it.
 * @throws the system's error when something cannot be read.
 */
export async function readFlowFiles(path: string, from: string): Promise<readonly SourceFile[]> {
  const files = (await stat(path)).isDirectory() ? await filesBelow(path) : [path]
  return Promise.all(files.map(async (file) => new SourceFile(shownPath(file, from), await readFile(file, 'utf8'))))
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const sorted = entries.filter(({ name }) => !name.startsWith('.')).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const found = await Promise.all(
    sorted.map(async (entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return filesBelow(path)
      return FLOW_FILE.test(entry.name) ? [path] : []
    }),
  )
  return found.flat()
}
