// The near end of the channel between a measured process and the bench: what is asked is a name and a value, and each question has one answer.
import { Session } from 'node:inspector/promises'

const SAMPLE_US = 250

/**
 * Answers the questions of the parent: `figures` and `profile` are the same for every process, `own` are those of this one.
 * @param {Record<string, (value: any) => unknown>} own
 */
export function answer(own) {
  const profiler = new Session()
  const answers = {
    /** CPU time of all threads in microseconds, and memory in bytes. */
    figures() {
      const { user, system } = process.cpuUsage()
      return { cpuUs: user + system, rssBytes: process.memoryUsage().rss }
    },
    async profile() {
      profiler.connect()
      await profiler.post('Profiler.enable')
      await profiler.post('Profiler.setSamplingInterval', { interval: SAMPLE_US })
      await profiler.post('Profiler.start')
    },
    async profiled() {
      const { profile } = await profiler.post('Profiler.stop')
      profiler.disconnect()
      return profile
    },
    ...own,
  }
  process.once('disconnect', () => process.exit())
  process.on('message', async ({ number, ask, value }) => {
    try {
      process.send({ number, found: await answers[ask](value) })
    } catch (error) {
      process.send({ number, fault: String(error?.stack ?? error) })
    }
  })
}
