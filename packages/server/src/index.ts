// Serving
export { startServer } from './compose.js'
export type { Ports, Running, StartOptions } from './compose.js'
export { loadConfig } from './config/load-config.js'
export type { Config } from './config/config.js'

// What dialects are made of
export { defineDialect } from './dialect/dialect.js'
export type { Dialect, IntentRoute, MountedDialect, QueryRoute, Refusal, Route, Site, StrayFault } from './dialect/dialect.js'
export { header } from './dialect/wire.js'
export type { WireBody, WireRequest, WireResponse } from './dialect/wire.js'
export { readJson } from './dialect/json.js'
