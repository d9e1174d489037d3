// The near end of the channel between a measured process and the bench: what is asked is a name and a value, and each question has one answer.
import { Session } from 'node:inspector/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const SAMPLE_US = 250
/** How often the memory is looked at while the most of it is wanted. */
const LOOK_MS = 50

/** What a process answers beside. */
const added = {}

/** For a process that does what another one does, and more. @param {Record<string, (value: any) => unknown>} own */
export function alsoAnswer(own) {
  Object.assign(added, own)
}

/**
 * Answers the questions of the parent: `figures` and `profile` are the same for every process, `own` are those of this one.
 * @param {Record<string, (value: any) => unknown>} own
 */
export function answer(own) {
  Object.assign(added, own)
  const profiler = new Session()
  let most = 0
  let looks
  const answers = {
    /** CPU time of all threads in microseconds, and memory in bytes. */
    figures() {
      const { user, system } = process.cpuUsage()
      return { cpuUs: user + system, rssBytes: process.memoryUsage.rss() }
    },
    /** What is held on to, in bytes: nothing that could be let go. */
    held() {
      setFlagsFromString('--expose-gc')
      runInNewContext('gc')()
      const { heapUsed, external } = process.memoryUsage()
      return heapUsed + external
    },
    /** From now on the most memory is kept in mind. */
    watch() {
      most = 0
      clearInterval(looks)
      looks = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), LOOK_MS)
    },
    /** The most memory since `watch`, in bytes. */
    watched() {
      clearInterval(looks)
      return Math.max(most, process.memoryUsage.rss())
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
  }
  process.once('disconnect', () => process.exit())
  process.on('message', async ({ number, ask, value }) => {
    try {
      process.send({ number, found: await (added[ask] ?? answers[ask])(value) })
    } catch (error) {
      process.send({ number, fault: String(error?.stack ?? error) })
    }
  })
}
