// Runs the command line from the sources: `npm run rekey -- check`. Sets up and compiles first where that is needed.
import { pathToFileURL } from 'node:url'
import { MAIN, build } from './build.mjs'
import { setUp } from './setup.mjs'

/** Runs the command line in this process, so that a signal reaches it. */
export async function rekey(args) {
  try {
    setUp()
    build()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
    return
  }
  process.argv.splice(1, process.argv.length, MAIN, ...args)
  await import(pathToFileURL(MAIN).href)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await rekey(process.argv.slice(2))
