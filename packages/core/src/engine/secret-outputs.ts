import type { Snapshot } from '../machine/snapshot.js'
import type { Program } from './program.js'

/** The snapshot without the outputs that steps declare secret: what nobody can come back for is not kept, not even sealed. */
export function withoutSecrets({ secretOutputs: secret }: Program, snapshot: Snapshot): Snapshot {
  if (secret.size === 0) return snapshot
  const without = <T extends Pick<Snapshot, 'outputs'>>(one: T): T => ({
    ...one,
    outputs: Object.fromEntries(Object.entries(one.outputs).filter(([name]) => !secret.has(name))),
  })
  const bookmarks = Object.entries(snapshot.bookmarks ?? {}).map(([at, bookmark]) => [at, without(bookmark)] as const)
  return { ...without(snapshot), bookmarks: snapshot.bookmarks && Object.fromEntries(bookmarks) }
}
