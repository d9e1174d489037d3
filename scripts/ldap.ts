import type { TestProject } from 'vitest/node'
import { startLdap, type PrivateLdap } from './ldap-server.mjs'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the private slapd of this run is; every test file makes a branch of its own. */
    readonly ldap: Pick<PrivateLdap, 'url' | 'suffix' | 'admin' | 'log'> | undefined
    /** Why there is none. Only tests of LDAP need it, so only they fail for it. */
    readonly ldapFault: string
  }
}

/** Starts one slapd for a run that tests the server, and stops it afterwards. */
export default async function setUpLdap(project: TestProject): Promise<() => Promise<void>> {
  const wanted = project.vitest.projects.some(({ name }) => name === 'server')
  const started = wanted ? await startLdap().catch(whyNot) : 'not started'
  const server = typeof started === 'string' ? undefined : started
  project.provide('ldap', server && { url: server.url, suffix: server.suffix, admin: server.admin, log: server.log })
  project.provide('ldapFault', typeof started === 'string' ? started : '')
  return async () => server?.stop()
}

function whyNot(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
