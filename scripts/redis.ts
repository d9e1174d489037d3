import type { TestProject } from 'vitest/node'
import { startRedis } from './redis-server.mjs'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the private Redis of this run; every test file uses a key prefix of its own. */
    readonly redisUrl: string
  }
}

/** Starts one Redis for the whole run and stops it afterwards. */
export default async function setUpRedis(project: TestProject): Promise<() => Promise<void>> {
  const redis = await startRedis()
  project.provide('redisUrl', redis.url)
  return () => redis.stop()
}
