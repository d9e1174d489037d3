import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { wireServer } from './server.js'
import { readTranscript, replay } from './transcript.js'

const folder = join(import.meta.dirname, 'transcripts')
const transcripts = readdirSync(folder)
  .filter((name) => name.endsWith('.transcript'))
  .toSorted()
  .map((name) => ({ name, ...readTranscript(readFileSync(join(folder, name), 'utf8')) }))

/** Conversations as ForgeRock's pages print them and its two user interfaces lead them, against a server that listens. */
describe.each(['memory', 'Redis'])('with %s', (store) => {
  test.for(transcripts.map((transcript) => [transcript.title, transcript] as const))('%s', async ([, transcript]) => {
    const redis = { url: inject('redisUrl'), prefix: `transcript:${transcript.name}:` }
    const server = await wireServer({ config: transcript.config, ...(store === 'Redis' && { redis }) })
    try {
      const requests = transcript.blocks.filter(({ is }) => is === '=>').length
      expect(await replay(server, transcript)).toBe(requests)
    } finally {
      await server.close()
    }
  })
})
