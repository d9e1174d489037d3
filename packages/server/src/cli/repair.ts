import { randomUUID } from 'node:crypto'
import { rename, rm, stat, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { applyFixes } from '@rekey/core'
import type { Finds, Fixable, Repaired, SourceFile } from '@rekey/core'

/** A file with the text that it should have. */
export interface Changed {
  readonly before: SourceFile
  readonly after: SourceFile
}

/** Repairs files as far as that can be done without asking. Nothing is written. */
export function repair(files: readonly SourceFile[], finds: Finds): Repaired & { readonly changed: readonly Changed[] } {
  const repaired = applyFixes(files, finds)
  const changed = files.flatMap((before, index) => {
    const after = repaired.files[index]
    return after && after.text !== before.text ? [{ before, after }] : []
  })
  return { ...repaired, changed }
}

/**
 * Writes a file so that nobody ever finds half of it: beside it first, then in its place, with the permissions it had.
 * @param cwd what the paths of the files count from.
 */
export async function writeInPlace({ after }: Changed, cwd: string): Promise<void> {
  const path = resolve(cwd, after.path)
  const beside = `${path}.${randomUUID()}.tmp`
  try {
    const { mode } = await stat(path)
    await writeFile(beside, after.text, { mode, flag: 'wx' })
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

/** One line for each repair: `flows/reset.yaml:4:5 unknown-step: write \`emailValidation\``. */
export function printRepairs(repairs: readonly Fixable[]): string {
  return repairs
    .map(({ file, span, code, fix }) => {
      const { line, column } = file.positionAt(span.start)
      return `${printable(file.path)}:${line}:${column} ${code}: ${printable(fix.title)}\n`
    })
    .join('')
}

/** Nothing of a file may steer the terminal. */
export function printable(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '·')
}
