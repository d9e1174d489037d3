import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { filesOf } from '../new-step/files.js'
import { readStepName } from '../new-step/step-name.js'
import { EXIT } from '../io.js'
import type { Io } from '../io.js'

export interface NewStepOptions {
  /** Folder of the new package; named after the step when absent. */
  readonly dir?: string
}

/**
 * Writes a package with a new step: it builds, and its tests pass. The folder is a new or an empty one, as nothing is ever written over.
 * @param version of Rekey, for what the package depends on.
 */
export async function newStep(io: Io, text: string, { dir }: NewStepOptions, version: string): Promise<number> {
  const read = readStepName(text)
  if (read.is === 'none') {
    io.err(`rekey: ${read.why}\n`)
    return EXIT.usage
  }
  const { name } = read
  const folder = resolve(io.cwd, dir ?? `${name.vendor}-${name.kebab}`)
  const shown = relative(io.cwd, folder) || '.'
  const files = filesOf(name, version)
  const fault = await write(folder, files)
  if (fault !== undefined) {
    io.err(`rekey: \`${shown}\` ${fault}\n`)
    return EXIT.faults
  }
  io.out(`wrote ${shown}:\n${[...files.keys()].map((path) => `  ${path}\n`).join('')}\nnext: cd ${shown} && npm install && npm test\n`)
  return EXIT.good
}

/** @returns what is wrong with the folder. */
async function write(folder: string, files: ReadonlyMap<string, string>): Promise<string | undefined> {
  let made: string | undefined
  try {
    made = await mkdir(folder, { recursive: true })
    if ((await readdir(folder)).length > 0) return 'is not empty: nothing is written over; name another folder with `--dir`'
    for (const [path, text] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text, { flag: 'wx' })
    }
    return undefined
  } catch (error) {
    // Half a package helps nobody; what was there before stays.
    if (made !== undefined) await rm(made, { recursive: true })
    return `cannot be written: ${error instanceof Error ? error.message : String(error)}`
  }
}
