// Unpacks packages of Debian and Ubuntu without root: no service is started, nothing of the system is changed. No dependencies.
import { spawnSync } from 'node:child_process'
import { accessSync, chmodSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CACHE = fileURLToPath(new URL('../.cache', import.meta.url))

/** @returns {string | undefined} the path of a program on the PATH. */
export function findOnPath(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // not in this folder
    }
  }
  return undefined
}

/** @returns {string} the folder into which `unpackDebian` puts the files of a package. */
export function unpackedRoot(place) {
  return join(CACHE, place, 'root')
}

/** @returns {NodeJS.ProcessEnv} an environment in which an unpacked program finds the libraries that came with it. */
export function unpackedEnv(place) {
  const lib = join(unpackedRoot(place), 'usr', 'lib')
  const triplets = existsSync(lib) ? readdirSync(lib).filter((name) => name.includes('-linux-')) : []
  const libraries = triplets.map((name) => join(lib, name))
  if (process.env.LD_LIBRARY_PATH) libraries.push(process.env.LD_LIBRARY_PATH)
  return { ...process.env, LD_LIBRARY_PATH: libraries.join(delimiter) }
}

/**
 * Downloads a package and what the system lacks of its dependencies into `.cache/<place>` and unpacks it there. apt works in private state
 * folders, so the system's own lists stay as they are.
 * @param {() => boolean} isWhole looks whether what lies there is fit for use.
 * @returns {boolean} false where that cannot be done.
 */
export function unpackDebian(place, name, isWhole) {
  if (findOnPath('apt-get') === undefined || findOnPath('dpkg-deb') === undefined) return false
  mkdirSync(CACHE, { recursive: true })
  // Built beside its place and moved there whole: two runs at once must not see half a copy.
  const work = mkdtempSync(join(CACHE, `${place}-unpacking-`))
  try {
    const archives = join(work, 'cache', 'archives')
    mkdirSync(join(work, 'state', 'lists', 'partial'), { recursive: true })
    mkdirSync(join(archives, 'partial'), { recursive: true })
    if (!download(name, work)) return false
    const root = join(work, 'root')
    mkdirSync(root)
    for (const file of readdirSync(archives)) {
      if (file.endsWith('.deb') && !run('dpkg-deb', ['-x', join(archives, file), root])) return false
    }
    rmSync(join(work, 'cache'), { recursive: true, force: true })
    rmSync(join(work, 'state'), { recursive: true, force: true })
    // A program that must not be root runs as somebody who reads it here.
    chmodSync(work, 0o755)
    moveInto(work, join(CACHE, place), isWhole)
    return true
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function download(name, work) {
  const privately = {
    'Dir::State': join(work, 'state'),
    'Dir::State::status': '/var/lib/dpkg/status',
    'Dir::Cache': join(work, 'cache'),
    'Debug::NoLocking': '1',
    'APT::Sandbox::User': '',
  }
  const options = Object.entries(privately).flatMap(([key, value]) => ['-o', `${key}=${value}`])
  // A list that cannot be fetched is no reason to stop: the package may well stand in another one.
  run('apt-get', ['-qq', 'update', ...options])
  return run('apt-get', ['-qq', 'install', '--download-only', '--no-install-recommends', '-y', name, ...options])
}

function moveInto(work, place, isWhole) {
  try {
    renameSync(work, place)
  } catch (error) {
    // Another run was quicker (its copy is as good), or an old broken copy is in the way.
    if (isWhole()) return
    if (!existsSync(place)) throw error
    rmSync(place, { recursive: true, force: true })
    renameSync(work, place)
  }
}

function run(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}
