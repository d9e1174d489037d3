import type { LinkedStep } from '../compile/linked-flow.js'

/** What a flow can bring about that must be earned. */
export const EFFECTS = ['password', 'first-password', 'session'] as const

export type Effect = (typeof EFFECTS)[number]

export function effectOf({ definition }: LinkedStep): Effect | undefined {
  if (definition.changes === undefined) return undefined
  if (definition.changes === 'session') return 'session'
  return definition.first === true ? 'first-password' : 'password'
}

/** What it means for the person, as the beginning of a sentence. */
export const EFFECT_WORDS = {
  password: 'the password can be changed',
  'first-password': 'a first password can be set',
  session: 'a session can be opened',
} as const satisfies Record<Effect, string>
