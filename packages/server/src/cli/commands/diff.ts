import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { DIFF_SEVERITIES, diffFlows, printDiff, printDiffGithub, printDiffJson, printText } from '@rekey/core'
import type { DiffSeverity, DiffSide, FlowDiff } from '@rekey/core'
import { readFlowFiles } from '../../config/flow-files.js'
import { withIncluded } from '../../config/included-files.js'
import { isBelow } from '../test-files.js'
import { GitRefused, readGitFiles } from '../diff/git-files.js'
import { SETTING_ORDERS } from '../diff/setting-orders.js'
import { EXIT, type Io } from '../io.js'
import { openWorkspace, printFaults, type ConfigOption } from '../workspace.js'

export interface DiffOptions extends ConfigOption {
  readonly format: 'text' | 'json' | 'github'
  /** The mildest finding that fails the command. */
  readonly failOn: DiffSeverity | 'never'
  /** A commit whose files are the old ones; what is named are the new ones. */
  readonly git?: string
}

/**
 * Tells reviewers what a change of flow files does.
 * @returns 0 when nothing is as bad as `failOn`, 1 when something is, 2 when there is nothing to compare.
 */
export async function diff(io: Io, paths: readonly string[], { format, failOn, git, ...options }: DiffOptions): Promise<number> {
  const [first, second, ...more] = paths
  if (git === undefined && (first === undefined || second === undefined || more.length > 0)) {
    io.err('rekey: name the old and the new files, `rekey diff OLD NEW`, or a commit to compare with, `rekey diff --git main`\n')
    return EXIT.usage
  }
  const workspace = await openWorkspace(io, options)
  if (workspace.is === 'faults') {
    printFaults(io, workspace.faults)
    return EXIT.usage
  }
  const { config, registry } = workspace.value
  const sides = await (git === undefined
    ? readSides(io, config.flows, [first ?? ''], [second ?? ''])
    : readSides(io, config.flows, git, paths.length === 0 ? [config.flows] : paths))
  if (!sides) return EXIT.usage

  const found = diffFlows(...sides, registry, { limits: config.limits, orders: SETTING_ORDERS })
  if (found.is === 'faults') {
    for (const [side, diagnostics] of [
      ['old', found.old],
      ['new', found.now],
    ] as const) {
      if (diagnostics.length > 0) io.err(`rekey: the ${side} files do not compile\n${printText(diagnostics, { color: io.color })}\n`)
    }
    return EXIT.usage
  }
  io.out(printAs(format, found.flows, io))
  return isBad(found.flows, failOn) ? EXIT.faults : EXIT.good
}

function printAs(format: DiffOptions['format'], flows: readonly FlowDiff[], io: Io): string {
  if (format === 'json') return printDiffJson(flows)
  return format === 'github' ? printDiffGithub(flows) : printDiff(flows, { color: io.color })
}

function isBad(flows: readonly FlowDiff[], failOn: DiffOptions['failOn']): boolean {
  if (failOn === 'never') return false
  const bad = DIFF_SEVERITIES.slice(0, DIFF_SEVERITIES.indexOf(failOn) + 1)
  return flows.some(({ findings }) => findings.some(({ severity }) => bad.includes(severity)))
}

/** @param old files or folders, or a commit that has those of the new side. */
async function readSides(
  io: Io,
  flows: string,
  old: string | readonly string[],
  now: readonly string[],
): Promise<readonly [DiffSide, DiffSide] | undefined> {
  try {
    const before = typeof old === 'string' ? await sideOfCommit(old, now, flows, io.cwd) : await sideOnDisk(old, flows, io.cwd)
    return [before, await sideOnDisk(now, flows, io.cwd)]
  } catch (error) {
    const why = error instanceof GitRefused ? error.message : isSystemError(error) ? `\`${error.path ?? ''}\` cannot be read` : undefined
    if (why === undefined) throw error
    io.err(`rekey: ${why}\n`)
    return undefined
  }
}

async function sideOnDisk(paths: readonly string[], flows: string, cwd: string): Promise<DiffSide> {
  const files = await Promise.all(paths.map((path) => readFlowFiles(resolve(cwd, path), cwd)))
  return withIncluded(files.flat(), { flows, cwd })
}

/** A file finds the fragments it includes among the configured flows where it is one of them, else in its folder. */
async function sideOfCommit(commit: string, paths: readonly string[], flows: string, cwd: string): Promise<DiffSide> {
  const files = await readGitFiles(commit, paths, cwd)
  if (!files.some(({ text }) => /\binclude:/.test(text))) return { files, beside: [] }
  const folders = new Set<string>()
  for (const path of paths) {
    if (!/\.ya?ml$/.test(path) || (await isFolder(resolve(cwd, path)))) continue
    folders.add(isBelow(resolve(cwd, path), flows) ? flows : dirname(path))
  }
  return { files, beside: folders.size === 0 ? [] : await readGitFiles(commit, [...folders], cwd) }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error
}
