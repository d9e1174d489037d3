// A process of its own that sends what is owed: the tests owe, and end it. It loads the TypeScript sources, so that a test needs no build.
import { runnerImport } from 'vite'

const conditions = ['@rekey/source', 'module', 'node', 'development|production']
const { module } = await runnerImport(new URL('./sender-process-acts.ts', import.meta.url).pathname, {
  root: new URL('../../../..', import.meta.url).pathname,
  logLevel: 'silent',
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['node'] } },
})
const [redisUrl, prefix, port] = process.argv.slice(2)
await module.sendAll(redisUrl, prefix, Number(port))
