// Compiles the packages, incrementally: a fraction of a second when nothing has changed.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const outputs = ['core/dist/index.js', 'steps/dist/index.js', 'server/dist/main.js']

/** The compiled command line. */
export const MAIN = join(root, 'packages', 'server', 'dist', 'main.js')

/** Compiles what has changed. @throws Error with one line for people; what the compiler said stands above it. */
export function build() {
  compile([])
  // The compiler believes its notes about the last build and does not look whether the files are still there.
  if (!isBuilt()) compile(['--force'])
  if (!isBuilt()) throw new Error('the compiler left no output under packages/*/dist')
}

function compile(more) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  if (!existsSync(compiler)) throw new Error('the packages are not installed: run `npm run setup`')
  const found = spawnSync(process.execPath, [compiler, '-b', ...more], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  // Standard output belongs to the command that asked for the build.
  process.stderr.write(found.stdout ?? '')
  if (found.error) throw found.error
  if (found.status !== 0) throw new Error('the sources do not compile; what the compiler said stands above')
}

function isBuilt() {
  return outputs.every((file) => existsSync(join(root, 'packages', file)))
}
