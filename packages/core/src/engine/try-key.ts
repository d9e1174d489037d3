import type { Digests } from './digests.js'

/** Names the tries of one person at one type of step, over all conversations, flows and dialects. @param id the person's, or that of a decoy. */
export function tryKey(digests: Digests, id: string, type: string): string {
  return `tries:${digests.of('person', id, type)}`
}
