import { newSessionToken } from '../memory/session-token.js'
import type { Directory } from '../ports/directory.js'
import type { Sessions } from '../ports/sessions.js'
import type { World } from './world.js'

/** What a flow would have brought about. */
export type Effect =
  | { readonly is: 'message'; readonly template: string; readonly channel: string; readonly to: string }
  | { readonly is: 'password'; readonly person: string; readonly mustChange: boolean }
  | { readonly is: 'session'; readonly person: string }
  | { readonly is: 'sign-out' }

/**
 * The directory of a dry run: it writes nothing. What would be set is noted, and the flow is told that it is done, so that what follows is
 * seen as well.
 */
export function withoutWriter(world: () => World): Partial<Directory> {
  return {
    setPassword: async ({ id, mustChange, expect }) => {
      world().effects.push({ is: 'password', person: id, mustChange: mustChange === true })
      return { is: 'done', credentialVersion: expect }
    },
  }
}

/** The sessions of a dry run: what is issued is noted, and good for nothing. */
export function withoutSessions(world: () => World): Partial<Sessions> {
  return {
    issue: async ({ principal }) => {
      world().effects.push({ is: 'session', person: principal })
      return newSessionToken()
    },
    revoke: async () => {
      world().effects.push({ is: 'sign-out' })
    },
  }
}

/** An effect in words. */
export function effectText(effect: Effect): string {
  switch (effect.is) {
    case 'message':
      return `would send \`${effect.template}\` by ${effect.channel} to ${effect.to}`
    case 'password':
      return `would set the password of ${effect.person}${effect.mustChange ? ', to be changed at the first log-in' : ''}`
    case 'session':
      return `would open a session for ${effect.person}`
    case 'sign-out':
      return 'would end a session'
    default:
      return effect satisfies never
  }
}
