#!/usr/bin/env node
// The container wants it before any decorated class is loaded.
import 'reflect-metadata'
import { processIo } from './cli/io.js'
import { run } from './cli/run.js'

process.exitCode = await run(process.argv.slice(2), processIo())
// What is still open now was forgotten by somebody; it may hold the process for a moment, but not for ever.
setTimeout(() => process.exit(), 5_000).unref()
