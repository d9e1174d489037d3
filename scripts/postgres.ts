import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres-server.mjs'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the private PostgreSQL of this run; every test makes a database or a schema of its own. Empty where there is none. */
    readonly postgresUrl: string
    /** Why there is none. Only tests of PostgreSQL need it, so only they fail for it. */
    readonly postgresFault: string
  }
}

/** Starts one PostgreSQL for a run that tests the server, and stops it afterwards. */
export default async function setUpPostgres(project: TestProject): Promise<() => Promise<void>> {
  const wanted = project.vitest.projects.some(({ name }) => name === 'server')
  const started = wanted ? await startPostgres().catch(whyNot) : 'not started'
  project.provide('postgresUrl', typeof started === 'string' ? '' : started.url)
  project.provide('postgresFault', typeof started === 'string' ? started : '')
  return async () => {
    if (typeof started !== 'string') await started.stop()
  }
}

function whyNot(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
