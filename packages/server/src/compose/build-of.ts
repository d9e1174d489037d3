import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { version } from '../cli/version.js'

/** What decides, beside our own code, what comes of compiling. */
const LIBRARIES = ['yaml', 'ajv', '@marcbachmann/cel-js']

/**
 * Tells the code that compiles from any other: of our packages what each was built from, or the version where it was installed, and the
 * versions of all that compiles, as it is loaded.
 * @returns undefined where one of our packages has neither, because it runs from its sources, which may change under the same version; or a library
 * is not found.
 */
export function buildOf(): string | undefined {
  const core = import.meta.resolve('@rekey/core')
  const ours = [
    { version: version(), folder: new URL('..', import.meta.url) },
    { version: versionOf('@rekey/core', import.meta.url), folder: new URL('.', core) },
    { version: versionOf('@rekey/steps', import.meta.url), folder: new URL('.', import.meta.resolve('@rekey/steps')) },
  ].flatMap((one) => [one.version, packageBuild(one.folder, one.version)])
  const all = [...ours, ...LIBRARIES.map((name) => versionOf(name, core))]
  return all.includes(undefined) ? undefined : JSON.stringify(all)
}

/**
 * @param folder of what was built.
 * @returns undefined for what neither the compiler's stamp nor a release tells.
 */
export function packageBuild(folder: URL, released: string | undefined): string | undefined {
  const stamp = new URL('.tsbuildinfo', folder)
  if (existsSync(stamp)) return createHash('sha256').update(readFileSync(stamp)).digest('base64url')
  return folder.pathname.includes('/node_modules/') ? released : undefined
}

/** @param from address of the module that loads the package. */
function versionOf(name: string, from: string): string | undefined {
  const path = createRequire(from)
    .resolve.paths(name)
    ?.map((folder) => join(folder, name, 'package.json'))
    .find((file) => existsSync(file))
  if (path === undefined) return undefined
  const read: unknown = JSON.parse(readFileSync(path, 'utf8'))
  return typeof read === 'object' && read !== null && 'version' in read ? String(read.version) : undefined
}
