import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { wireServer } from '../../wire/server.js'
import { readTranscript, replay } from '../../wire/transcript.js'

const folder = join(import.meta.dirname, 'transcripts')
const transcripts = readdirSync(folder)
  .filter((name) => name.endsWith('.transcript'))
  .toSorted()
  .map((name) => ({ name, ...readTranscript(readFileSync(join(folder, name), 'utf8')) }))

/** Conversations as the vendor's pages print them, byte by byte, against a server that listens. */
describe.each(['memory', 'Redis'])('with %s', (store) => {
  test.for(transcripts)('$title', async (transcript) => {
    const redis = { url: inject('redisUrl'), prefix: `centrify:${transcript.name}:` }
    const server = await wireServer({ config: transcript.config, ...(store === 'Redis' && { redis }) })
    try {
      const requests = transcript.blocks.filter(({ is }) => is === '=>').length
      expect(await replay(server, transcript)).toBe(requests)
    } finally {
      await server.close()
    }
  })
})
