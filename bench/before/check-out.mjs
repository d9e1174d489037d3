import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Another revision of this repository in a folder of its own, with what it depends on, compiled.
 * @param {string} wanted as git names it.
 * @returns {Promise<{ revision: string, root: string }>} its short name, and where it is, as a URL.
 * @throws Error when this is no clone that has it.
 */
export async function checkOut(wanted, closers) {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-before-'))
  closers.push(() => rmSync(folder, { recursive: true, force: true }))
  git('clone', '--quiet', '--shared', '--no-checkout', here, folder)
  const revision = git('-C', here, 'rev-parse', '--short=7', '--verify', `${wanted}^{commit}`)
  git('-C', folder, 'checkout', '--quiet', '--detach', revision)
  const root = pathToFileURL(join(folder, '/')).href
  const { setUp } = await import(new URL('scripts/setup.mjs', root).href)
  setUp()
  const { build } = await import(new URL('scripts/build.mjs', root).href)
  build()
  return { revision, root }
}

function git(...args) {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
  } catch (error) {
    throw new Error(`what was before is taken from the history of a clone of git: ${String(error.stderr ?? error.message).trim()}`, {
      cause: error,
    })
  }
}
