// The container wants it before any decorated class is loaded.
import 'reflect-metadata'

// Serving
export { startServer } from './compose.js'
export type { Ports, Running, StartOptions } from './compose.js'
export { loadConfig } from './config/load-config.js'
export type { LoadedConfig, LoadOptions } from './config/load-config.js'
export type { Config } from './config/config.js'
export { dialects } from './dialects/index.js'

// What dialects are made of; `@rekey/server/dialect` has it without the server
export * from './dialect/index.js'
