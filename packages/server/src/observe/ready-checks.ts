import type { CompiledFlow, Conversations, Directory, Machines } from '@rekey/core'
import type { ReadyCheck } from './readiness.js'

export interface ReadyParts {
  readonly conversations: Pick<Conversations, 'now'>
  readonly directory: Pick<Directory, 'read'>
  readonly machines: Pick<Machines, 'find'>
  /** The flows that are served now. */
  readonly flows: () => readonly CompiledFlow[]
  /** Whether the audit trail can be written. */
  readonly auditIsWell: () => boolean
}

/** What every server needs: its store, its people, its machines where other processes find them, and its audit trail. */
export function readyChecks({ conversations, directory, machines, flows, auditIsWell }: ReadyParts): readonly ReadyCheck[] {
  return [
    { name: 'store', look: async () => (await conversations.now()) > 0 },
    {
      name: 'directory',
      async look() {
        // Nobody has this id; the question alone shows that somebody answers.
        await directory.read('rekey-readiness')
        return true
      },
    },
    {
      name: 'machines',
      async look() {
        const kept = await Promise.all(flows().map(({ hash }) => machines.find(hash)))
        return kept.every((machine) => machine !== undefined)
      },
    },
    { name: 'audit', look: () => Promise.resolve(auditIsWell()) },
  ]
}
