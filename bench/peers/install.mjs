import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const stamp = join(here, 'node_modules', '.setup-stamp')
const read = (path) => readFileSync(join(here, path), 'utf8')

/**
 * Installs what the lock file of this folder says, where it is not there yet.
 * @returns {{ betterAuth: string, oidcProvider: string }} the versions.
 * @throws Error with one line for people; what the installer said stands above it.
 */
export function installPeers() {
  const { dependencies } = JSON.parse(read('package.json'))
  const versions = { betterAuth: dependencies['better-auth'], oidcProvider: dependencies['oidc-provider'] }
  const wanted = `${process.versions.modules}\n${read('package.json')}${read('pnpm-lock.yaml')}`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return versions
  const { packageManager } = JSON.parse(read('../../package.json'))
  process.stderr.write('installing what Rekey is measured beside (once)\n')
  const found = spawnSync(
    'npx',
    ['--yes', packageManager, 'install', '--ignore-workspace', '--frozen-lockfile', '--reporter=append-only'],
    {
      cwd: here,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, CI: process.env.CI ?? '1' },
    },
  )
  if (found.error?.code === 'ENOENT') throw new Error('The bench needs `npx`, which comes with npm: install npm')
  if (found.error) throw found.error
  if (found.status !== 0) {
    process.stderr.write(`${found.stdout}${found.stderr}`)
    throw new Error('what Rekey is measured beside could not be installed; what the installer said stands above')
  }
  writeFileSync(stamp, wanted)
  return versions
}
