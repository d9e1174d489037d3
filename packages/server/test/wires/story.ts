import type { AuditEvent } from '@rekey/core'

/** What happened in a conversation, in the words of the audit trail; who, when and on which wire are left out. */
export interface Story {
  readonly steps: readonly string[]
  /** Messages that went out or were withheld: their dispatch runs beside the conversation, so they are told on their own. */
  readonly messages: readonly string[]
}

/** Events that say how a conversation moved; the others tell what the engine did about it. */
const MOVES = ['named', 'opened', 'passed', 'refused', 'hidden', 'chosen', 'changed', 'limited', 'approved', 'ended']

/**
 * The story of the conversation that was begun first after so many events. Centrify reaches a forgotten password through a log-in, which
 * names the person and asks for a password that nobody gives: of that flow only the naming counts.
 */
export function storyOf(events: readonly AuditEvent[], from: number): Story {
  const conversation = events.slice(from).find(({ event }) => event === 'started')?.conversation
  const own = events.filter((event) => event.conversation === conversation)
  return {
    steps: own
      .filter(({ event, flow, step }) => MOVES.includes(event) && !(flow === 'sign-in' && event !== 'named') && !isSearch(event, step))
      .map(({ event, step, reason }) => words(event, step, reason)),
    messages: own
      .filter(({ event }) => event === 'sent' || event === 'withheld')
      .map(({ event, more, reason }) => words(event, more?.['template'], reason)),
  }
}

function words(...given: readonly unknown[]): string {
  return given.filter((word) => typeof word === 'string').join(' ')
}

/** The first question is opened before anybody is there to be named. */
function isSearch(event: string, step: string | undefined): boolean {
  return event === 'opened' && step === 'userQuery'
}
