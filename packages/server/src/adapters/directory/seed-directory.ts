import { createHash } from 'node:crypto'
import type { GroupNesting, Properties } from '@rekey/core'
import { readSeed } from './read-seed.js'
import type { NewPerson, Questions } from './person.js'

/** A directory that people of a file can be taken into. */
export interface Sowable {
  /** Whether the text of this digest was the last one that people were sown from. */
  knowsSeed(digest: string): Promise<boolean>
  sow(digest: string, people: readonly NewPerson[], questions: Questions, groups?: GroupNesting): Promise<void>
}

/**
 * Takes the people of a YAML file into the directory. Whoever is there already stays as they are. A text that was taken in before is
 * not even read, so that every start but the first is quick.
 * @param source the text of the file; `path` is how messages name it.
 * @param attributes those that the configuration declares.
 * @throws SeedError when the file is at fault; nothing is taken in then.
 */
export async function seedDirectory(directory: Sowable, source: string, path: string, attributes: Properties = {}): Promise<void> {
  const digest = seedDigest(source)
  if (await directory.knowsSeed(digest)) return
  const { people, questions, groups } = readSeed(source, path, attributes)
  await directory.sow(digest, people, questions, groups)
}

/** By which a directory remembers the text of a seed. */
export function seedDigest(source: string): string {
  return createHash('sha256').update(source).digest('base64url')
}
