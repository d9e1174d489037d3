// Runs a TypeScript source as a process of its own, without a build: `node run-source.mjs FILE ARGUMENTS`.
import { runnerImport } from 'vite'

const conditions = ['@rekey/source', 'module', 'node', 'development|production']
const [, , file] = process.argv
process.argv.splice(1, 1)
await runnerImport(file, { logLevel: 'error', resolve: { conditions }, ssr: { resolve: { conditions, externalConditions: ['node'] } } })
