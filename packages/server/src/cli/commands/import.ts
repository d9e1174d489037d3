import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { compileFlows, printText, SourceFile, type Registry } from '@rekey/core'
import { secretsOf } from '../../compose/demo-secrets.js'
import type { Config } from '../../config/config.js'
import { whyNotServed } from '../../config/why-not-served.js'
import { importProcess, type ImportedProcess } from '../../import/forgerock/import-process.js'
import { importQuestions } from '../../import/forgerock/import-questions.js'
import { readVendorFile, type VendorFile } from '../../import/forgerock/read-files.js'
import type { LeftOut } from '../../import/ledger.js'
import { cannotWrite } from '../cannot-write.js'
import { EXIT, type Io } from '../io.js'
import { openWorkspace, printFaults, type ConfigOption } from '../workspace.js'

export interface ImportOptions extends ConfigOption {
  readonly out: string
}

type Given = { readonly path: string } & VendorFile

/**
 * Makes flow files of processes of ForgeRock IDM and tells every setting that was not carried over. A file that is there already is left
 * alone. A flow that does not compile is written all the same, for somebody to complete, and the exit code says so.
 */
export async function importForgerock(io: Io, paths: readonly string[], { out, ...options }: ImportOptions): Promise<number> {
  const workspace = await openWorkspace(io, options)
  if (workspace.is === 'faults') {
    printFaults(io, workspace.faults)
    return EXIT.faults
  }
  const given = await Promise.all(paths.map((path) => read(io, path)))
  const refused = given.filter((file) => file.is === 'refused')
  for (const { path, why } of refused) io.err(`rekey: \`${path}\`: ${why}\n`)
  if (refused.length > 0) return EXIT.usage
  if (!given.some(({ is }) => is === 'process')) {
    io.err('rekey: `selfservice.kba.json` alone makes no flow: import it together with the processes that ask its questions\n')
    return EXIT.usage
  }

  const questions = given.flatMap((file) => (file.is === 'questions' ? [{ path: file.path, ...importQuestions(file.config) }] : []))
  let code: number = EXIT.good
  for (const file of given) {
    if (file.is !== 'process') continue
    const imported = importProcess(file.name, file.config, questions[0]?.asked)
    const path = join(out, `${imported.id}.yaml`)
    const result = await written(io, path, imported.text)
    if (result.is === 'refused') {
      io.err(result.why)
      return EXIT.usage
    }
    if (result.is === 'there') {
      io.err(`rekey: \`${path}\` is there already and was left alone: delete it, or say \`--out FOLDER\`\n`)
      code = EXIT.faults
      continue
    }
    io.out(`${path} (from ${file.path})\n`)
    if (!tellOutcome(io, path, imported, workspace.value)) code = EXIT.faults
    tellLeftOut(io, imported.leftOut)
  }
  for (const { path, leftOut } of questions) {
    io.out(`${path}\n`)
    tellLeftOut(io, leftOut)
  }
  return code
}

async function read(io: Io, path: string): Promise<Given> {
  try {
    return { path, ...readVendorFile(basename(path), await readFile(resolve(io.cwd, path), 'utf8')) }
  } catch {
    return { path, is: 'refused', why: 'cannot be read' }
  }
}

type Written = { readonly is: 'written' } | { readonly is: 'there' } | { readonly is: 'refused'; readonly why: string }

/** Writes a new file; one that is there already is left alone. */
async function written(io: Io, path: string, text: string): Promise<Written> {
  const file = resolve(io.cwd, path)
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text, { flag: 'wx' })
    return { is: 'written' }
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST' && 'syscall' in error && error.syscall === 'open'
    return isThere ? { is: 'there' } : { is: 'refused', why: cannotWrite(path, error) }
  }
}

/** Tells whether the flow can be served. @returns false for one that does not compile. */
function tellOutcome(io: Io, path: string, { text, unresolved }: ImportedProcess, { config, registry }: Workspace): boolean {
  for (const { at, stage, why } of unresolved) io.out(`  unresolved: ${printable(stage)} (${at}): ${why}\n`)
  const { flows, diagnostics } = compileFlows([new SourceFile(path, text)], registry, { limits: config.limits })
  const [flow] = flows
  if (!flow) {
    io.out(`  does not compile yet:\n\n${printText(diagnostics, { color: io.color })}\n`)
    return false
  }
  const why = whyNotServed(flow, { config, registry, secrets: secretsOf(config, io.env) })
  io.out(why === undefined ? '  compiles\n' : `  compiles, but is not served: ${why}\n`)
  return true
}

interface Workspace {
  readonly config: Config
  readonly registry: Registry
}

function tellLeftOut(io: Io, leftOut: readonly LeftOut[]): void {
  io.out(leftOut.length === 0 ? '  every setting was carried over\n' : '  not carried over:\n')
  for (const { at, shown, where } of leftOut) io.out(`    ${printable(at)} = ${shown}\n      ${printable(where)}\n`)
}

/** Names come from a file that somebody else wrote. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
}
