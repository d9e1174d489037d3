import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SourceFile } from '@rekey/core'
import { shownTogether } from './shown-path.js'

/** Tests of flows stand beside them and are no flows. */
const FLOW_FILE = /(?<!\.test)\.ya?ml$/

/** True for a path that is read as a flow file where it lies in a folder of flows. */
export function isFlowFile(path: string): boolean {
  return FLOW_FILE.test(path)
}

/**
 * Reads the flow files of a folder and its subfolders, or one file, in the order of their paths. Names that begin with a dot are
 * passed over.
 * @param from paths are shown relative to this folder where all lie below it.
 * @throws the system's error when something cannot be read.
 */
export async function readFlowFiles(path: string, from: string): Promise<readonly SourceFile[]> {
  const files = (await stat(path)).isDirectory() ? await filesBelow(path) : [path]
  const shown = shownTogether(files, from)
  return Promise.all(files.map(async (file) => new SourceFile(shown(file), await readFile(file, 'utf8'))))
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const sorted = entries.filter(({ name }) => !name.startsWith('.')).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const found = await Promise.all(
    sorted.map(async (entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return filesBelow(path)
      // A pipe or a device would be waited for without end.
      return isFlowFile(entry.name) && (entry.isFile() || entry.isSymbolicLink()) ? [path] : []
    }),
  )
  return found.flat()
}
