// A process of its own that uses the Redis store: the tests tell it one act by its arguments, and may kill it.
// It loads the TypeScript sources, so that a test needs no build.
import { runnerImport } from 'vite'

const conditions = ['@rekey/source', 'module', 'node', 'development|production']
const { module: acts } = await runnerImport(new URL('./store-process-acts.ts', import.meta.url).pathname, {
  root: new URL('../../../../..', import.meta.url).pathname,
  logLevel: 'silent',
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['node'] } },
})
const [act, ...args] = process.argv.slice(2)
await acts[act](...args)
