import type { LinkedStep } from '../compile/linked-flow.js'
import { quote } from '../diagnostics/quote.js'
import type { Proof } from '../step/define-step.js'

/** What stands between a caller and a change: something to prove, or a step that lets only some people through. */
export type Obstacle =
  | {
      readonly is: 'proof'
      readonly step: string
      readonly class: Proof['class']
      readonly channel: Proof['channel']
      readonly isQuestions: boolean
    }
  | { readonly is: 'gate'; readonly step: string; readonly type: string }

/** What a step puts in a caller's way; undefined for one that only asks, names, writes or tells. */
export function obstacleOf({ id, definition }: LinkedStep): Obstacle | undefined {
  const { proves, kind, type } = definition
  if (proves) return { is: 'proof', step: id, ...proves, isQuestions: proves.class === 'knowledge' && kind !== 'password' }
  return isGate({ definition }) ? { is: 'gate', step: id, type } : undefined
}

/**
 * True for a step that can do nothing but stop somebody: it asks nothing and leaves nothing, or asks whether somebody is a human. A silent step
 * that sends a text says so by a setting called `template`.
 */
export function isGate({ definition }: Pick<LinkedStep, 'definition'>): boolean {
  const { kind, proves, names, changes, outputs, writes, writesFor, settings } = definition
  if (kind !== undefined) return kind === 'captcha'
  const leavesSomething = proves ?? names ?? changes ?? outputs ?? writes ?? writesFor
  return leavesSomething === undefined && !('template' in settings)
}

/**
 * Whether the first is as hard to pass as the second. An app is harder than a code over a network (NIST SP 800-63B section 5.1.3), any of these
 * harder than questions, and questions harder than a browser that is still open. Of two channels neither is harder: each is another thing to lose.
 */
export function isAsHard(one: Obstacle, other: Obstacle): boolean {
  if (one.is === 'gate' || other.is === 'gate') return one.is === 'gate' && other.is === 'gate' && one.type === other.type
  if (one.class === 'vouched' || other.class === 'vouched') return one.class === other.class
  if (other.class === 'session') return true
  if (one.class === 'session') return false
  if (other.isQuestions) return true
  if (one.isQuestions || one.class !== other.class) return false
  return one.channel === other.channel || (one.channel === 'app' && (other.channel === 'email' || other.channel === 'sms'))
}

/** Whether two obstacles are of one kind. */
export function isLike(one: Obstacle, other: Obstacle): boolean {
  return keyOfObstacle(one) === keyOfObstacle(other)
}

/** Whether each of the second is matched by another one of the first that is as hard: who passes the first could pass the second. */
export function areAsHard(ones: readonly Obstacle[], others: readonly Obstacle[], matches: typeof isAsHard = isAsHard): boolean {
  if (others.length > ones.length) return false
  const [first, ...rest] = others
  if (!first) return true
  // One of the same kind is as good a match as any: whatever it could have matched, its partner's partner can.
  const like = ones.findIndex((one) => isLike(one, first))
  if (like !== -1) return areAsHard(ones.toSpliced(like, 1), rest, matches)
  return ones.some((one, index) => matches(one, first) && areAsHard(ones.toSpliced(index, 1), rest, matches))
}

/** Equal for obstacles that are as hard as each other. */
export function keyOfObstacle(obstacle: Obstacle): string {
  if (obstacle.is === 'gate') return `gate ${obstacle.type}`
  if (obstacle.class === 'session' || obstacle.class === 'vouched') return obstacle.class
  return obstacle.isQuestions ? 'questions' : `${obstacle.class} ${obstacle.channel}`
}

/** As `emailValidation` (email) and `totp` (app). */
export function showObstacles(obstacles: readonly Obstacle[]): string {
  const shown = obstacles.map((obstacle) => `${quote(obstacle.step)} (${wordOf(obstacle)})`)
  return shown.length < 2 ? (shown[0] ?? 'nothing') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

function wordOf(obstacle: Obstacle): string {
  if (obstacle.is === 'gate') return 'not for everybody'
  if (obstacle.class === 'vouched') return "the caller's word"
  if (obstacle.class === 'session') return 'a session'
  if (obstacle.class === 'possession') return obstacle.channel
  return obstacle.isQuestions ? 'questions' : 'password'
}
