import type { AskedRequirement, JsonObject, Open } from '@rekey/core'
import type { Site } from '../../dialect/dialect.js'
import { mechanismOf, type MechanismWords } from './mechanism.js'
import { passwordHint } from './policy-words.js'
import type { CentrifySettings } from './settings.js'

/** The purpose of this wire's handle: one id from the first package to the end. */
export const SESSION_HANDLE = 'session'

/** What stands in a package beside its challenges. */
export interface PackageOptions {
  readonly languages: readonly string[]
  /** Why the package came; absent where nothing is to be said. */
  readonly clientMessage?: string
}

/**
 * The result that tells a client what to answer: the open question and those that follow, each a challenge of its own.
 * Source: vendor documentation, StartAuthentication.
 */
export function packageOf(
  { tenantId }: CentrifySettings,
  site: Site,
  view: Open,
  { languages, clientMessage }: PackageOptions,
): JsonObject {
  const words = { languages, passwordHint: passwordHint(site.passwordRules()) }
  const challenges = [view.requirement, ...(view.ahead ?? [])].map((requirement) => challengeOf(requirement, words))
  return {
    ClientHints: {
      PersistDefault: false,
      AllowPersist: true,
      AllowForgotPassword: view.mayBecome.includes('forgot'),
      EndpointAuthenticationEnabled: false,
    },
    Version: '1.0',
    SessionId: sessionOf(view),
    EventDescription: null,
    RetryWaitingTime: 0,
    SecurityImageName: null,
    AllowLoginMfaCache: false,
    Challenges: challenges,
    ...(clientMessage !== undefined && { ClientMessage: clientMessage }),
    Summary: 'NewPackage',
    TenantId: tenantId,
  }
}

/** A challenge has no other member: clients read each of its members as a list of mechanisms. */
function challengeOf(requirement: AskedRequirement, words: MechanismWords): JsonObject {
  const ways = requirement.kind === 'choice' ? (requirement.options ?? []) : [requirement]
  return { Mechanisms: ways.map((way) => mechanismOf(way, words)) }
}

function sessionOf(view: Open): string {
  const handle = view.handles[SESSION_HANDLE]
  if (handle === undefined) throw new Error('an open view has no session handle')
  return handle
}
