import { readFile } from 'node:fs/promises'
import { basename, resolve, sep } from 'node:path'
import { compileFlows, SourceFile, type Diagnostic } from '@rekey/core'
import { isFlowFile, readFlowFiles } from '../config/flow-files.js'
import { withIncluded, type ReadText } from '../config/included-files.js'
import { shownPath, shownTogether } from '../config/shown-path.js'
import { scan } from './scan.js'
import type { EditorSettings } from './settings.js'

/** Texts of open editors by absolute path; they stand in the place of what is on disk. */
export type Buffers = ReadonlyMap<string, string>

/** What was seen in the files that were looked at, by absolute path. */
export interface Findings {
  /** An empty list says that all is well. */
  readonly found: ReadonlyMap<string, readonly Diagnostic[]>
  /** Fragments among the configured files. */
  readonly fragments: readonly string[]
}

/**
 * Checks the flows of the folder together, as a server would serve them, with open editors in the place of files; and each open flow file
 * that lies elsewhere by itself, with the fragments it includes.
 */
export async function checkFiles(settings: EditorSettings, buffers: Buffers, cwd: string): Promise<Findings> {
  const { flows, registry, limits } = settings
  const options = limits ? { limits } : {}
  const found = new Map<string, readonly Diagnostic[]>()
  const together = await sourcesOf(flows, buffers, cwd)
  for (const { path } of together) found.set(resolve(cwd, path), [])
  for (const one of compileFlows(together, registry, options).diagnostics) {
    const path = resolve(cwd, one.file.path)
    found.set(path, [...(found.get(path) ?? []), one])
  }
  for (const [path, text] of buffers) {
    if (path === settings.configFile || belongsTo(flows, path) || !isFlowText(path, text)) continue
    const alone = [new SourceFile(shownPath(path, cwd), text)]
    const { files, beside } = await withIncluded(alone, { flows, cwd, read: readOver(buffers) })
    const { diagnostics } = compileFlows(files, registry, { ...options, beside })
    found.set(
      path,
      diagnostics.filter(({ file }) => resolve(cwd, file.path) === path),
    )
  }
  const fragments = together.filter(({ text }) => /^fragment:/m.test(text)).map(({ path }) => resolve(cwd, path))
  return { found, fragments }
}

/** True for a file that is read with the configured flows. */
function belongsTo(flows: string, path: string): boolean {
  if (path === flows) return true
  if (!path.startsWith(`${flows}${sep}`) || !isFlowFile(path)) return false
  return !path
    .slice(flows.length + 1)
    .split(sep)
    .some((part) => part.startsWith('.'))
}

/** Files of the folder with what is open laid over them. A folder that cannot be read has only what is open. */
async function sourcesOf(flows: string, buffers: Buffers, cwd: string): Promise<readonly SourceFile[]> {
  const onDisk = await readFlowFiles(flows, cwd).catch(() => [])
  const texts = new Map(onDisk.map(({ path, text }) => [resolve(cwd, path), text]))
  for (const [path, text] of buffers) if (belongsTo(flows, path)) texts.set(path, text)
  const shown = shownTogether([...texts.keys()], cwd)
  return [...texts].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([path, text]) => new SourceFile(shown(path), text))
}

/** Editors hand over all YAML; what lies outside of the folder is ours only where it says so. */
function isFlowText(path: string, text: string): boolean {
  if (!isFlowFile(basename(path))) return false
  return scan(text).entries.some(({ path: place }) => place.length === 1 && (place[0] === 'flow' || place[0] === 'fragment'))
}

/** What is open in the editor, before what lies on the disk. */
function readOver(buffers: Buffers): ReadText {
  return async (path) => buffers.get(path) ?? (await readFile(path, 'utf8').catch(() => undefined))
}
