export { memoryStore } from './memory-store.js'
export type { MemoryStore, MemoryStoreOptions } from './memory-store.js'
export type { Clock } from './clock.js'
export { newSessionToken, sessionDigest } from './session-token.js'
