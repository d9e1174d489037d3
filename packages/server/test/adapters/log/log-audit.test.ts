import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createLogger } from '../../../src/adapters/log/logger.js'
import { LogAudit } from '../../../src/adapters/log/log-audit.js'
import { event, trailFolder } from './trail.js'

test('what is kept has left when the promise says so, round after round, and many who wait put no more than a few listeners on the stream', async () => {
  const file = join(await trailFolder(), 'log')
  const stream = pino.destination({ dest: file, sync: false, mkdir: true })
  const audit = new LogAudit(createLogger('info', stream))
  const listeners: number[] = []
  const missing: string[] = []
  let count = 0
  for (let round = 0; round < 20; round += 1) {
    const keeping = Array.from({ length: 25 }, async () => {
      const reason = `of ${(count += 1)}.`
      await audit.keep([{ ...event(1), reason }])
      if (!(await readFile(file, 'utf8')).includes(reason)) missing.push(reason)
    })
    listeners.push(stream.listenerCount('drain') + stream.listenerCount('error'))
    await Promise.all(keeping)
  }
  expect(missing).toEqual([])
  expect(Math.max(...listeners)).toBeLessThan(6)
  expect((await readFile(file, 'utf8')).trimEnd().split('\n')).toHaveLength(500)
})
