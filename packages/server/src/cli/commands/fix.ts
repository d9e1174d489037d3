import { hideSecretsByName, printText } from '@rekey/core'
import type { Compilation, CompiledFlow, Diagnostic, Registry, SourceFile } from '@rekey/core'
import { cannotWrite } from '../cannot-write.js'
import { EXIT } from '../io.js'
import type { Io } from '../io.js'
import { printChanges } from '../print-changes.js'
import { printRepairs, repair, writeInPlace } from '../repair.js'

export type CompileFiles = (files: readonly SourceFile[]) => Compilation

export interface FixOptions {
  /** Only show what would be written. */
  readonly dry: boolean
  readonly registry: Registry
  readonly compile: CompileFiles
  /** What cannot be used of flows that compile. Nothing repairs it, and it hinders no repair. */
  readonly unusable: (flows: readonly CompiledFlow[]) => readonly Diagnostic[]
}

/** Repairs flow files in place, says what was done and what is left. @returns the exit code of a check of what is left. */
export async function fix(io: Io, files: readonly SourceFile[], { dry, registry, compile, unusable }: FixOptions): Promise<number> {
  const repaired = repair(files, (sources) => compile(sources).diagnostics)
  const { changed, repairs } = repaired
  const left = [...repaired.left, ...unusable(compile(repaired.files).flows)]
  for (const change of changed) {
    if (dry) {
      const [before, after] = [hideSecretsByName(change.before, registry), hideSecretsByName(change.after, registry)]
      io.out(`${printChanges({ before, after })}\n`)
      continue
    }
    try {
      await writeInPlace(change, io.cwd)
    } catch (error) {
      io.err(cannotWrite(change.after.path, error))
      return EXIT.usage
    }
  }
  io.out(printRepairs(repairs))
  if (left.length > 0) io.out(`${repairs.length > 0 ? '\n' : ''}${printText(left, { color: io.color })}`)
  const made = `${counted(repairs.length, 'repair')} in ${counted(changed.length, 'file')}`
  io.out(`\n${made}${dry ? ', nothing written' : ''}; ${left.length === 0 ? 'nothing' : left.length} left\n`)
  return left.some(({ severity }) => severity === 'error') ? EXIT.faults : EXIT.good
}

function counted(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`
}
