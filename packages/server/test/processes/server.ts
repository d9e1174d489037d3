import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { inject } from 'vitest'

const OURS = new URL('./server-process.mjs', import.meta.url).pathname
const COMMAND = new URL('../../dist/main.js', import.meta.url).pathname
const READY_MS = 60_000
const STOP_MS = 15_000

/**
 * Where a server can be told to die: in judging, or right after an atomic step. `sending` and `sent` are before and after a mail. Beside these, right
 * after any call of a part, by the name of both: `conversations.claim`.
 */
export type Point = NamedPoint | `${'budgets' | 'conversations' | 'directory' | 'once' | 'sessions'}.${string}`

type NamedPoint = 'judging' | 'marked' | 'written' | 'between' | 'committed' | 'sending' | 'sent'

/** What a process of our own program is told. */
export interface ServerOrders {
  readonly config: string
  /** File that its mailer writes mails to, one line of JSON each. */
  readonly mails: string
  /** How often a mail to an address is refused before it is taken. */
  readonly mailFailures?: { readonly [address: string]: number }
  /** False for a process that hands nothing out of the outbox. */
  readonly consumes?: boolean
  /** Whether it waits for `look` before it looks at a conversation whose change was marked. */
  readonly looksWhenTold?: boolean
  readonly leaseMs?: number
  readonly outbox?: {
    readonly parallelism?: number
    readonly idleMs?: number
    readonly maxDeliveries?: number
    readonly firstBackoffMs?: number
  }
}

/** What the tests read of a line of the log. */
export interface LogLine {
  readonly pid?: number
  readonly msg?: string
  /** True for a line of the audit trail. */
  readonly audit?: true
  readonly alarm?: true
  readonly event?: string
  readonly reason?: string
  readonly conversation?: string
  /** Of an event that a commit has owed. */
  readonly id?: string
  /** What becomes of an item of the outbox that could not be delivered. */
  readonly next?: 'again' | 'dead'
}

/** A server in a process of its own. */
export interface Server {
  readonly url: string
  readonly pid: number
  /** The lines of its log so far. */
  readonly log: readonly LogLine[]
  /** Ends with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>
  /** Tells it where to die, once so many have come there; the others wait there for its end. Only for processes of our own program. */
  dieAt(point: Point, visits?: number): Promise<void>
  /** The points that are reached in it while something is done. */
  pointsOf(act: () => Promise<unknown>): Promise<readonly Point[]>
  /** Lets it look at a conversation whose change was marked, where it does so `whenTold`. */
  look(conversation: string): Promise<void>
  /** Asks it whether a password is in force. */
  verifies(person: string, password: string): Promise<boolean>
  /** Asks it to end as an operator would, and waits until it has. */
  stop(): Promise<number | string | null>
  /** Ends it at once. */
  kill(): Promise<void>
}

/** Starts the test program, which can be told where to die. */
export function startServer(orders: ServerOrders): Promise<Server> {
  refuseStaleBuild()
  const child = spawned(spawn(process.execPath, [OURS, JSON.stringify(orders)], { env: {}, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }))
  return running(child, (line) => (JSON.parse(line) as { readonly url: string }).url)
}

/** Starts the command that users start. @param command the file of the program; ours as it was built, where absent. */
export function startCommand(config: string, command = COMMAND): Promise<Server> {
  refuseStaleBuild()
  const child = spawned(spawn(process.execPath, [command, 'serve', '--config', config], { env: {}, stdio: ['ignore', 'pipe', 'pipe'] }))
  return running(child, (line) => /listens on (http:\S+)/.exec(line)?.[1])
}

interface Spawned {
  readonly child: ChildProcess
  readonly stdout: Readable
  readonly stderr: Readable
}

/** The types of `spawn` forget that pipes are there when a channel is as well. */
function spawned(child: ChildProcess): Spawned {
  const { stdout, stderr } = child
  if (!stdout || !stderr) throw new Error('a process was started without pipes')
  return { child, stdout, stderr }
}

function refuseStaleBuild(): void {
  const fault = inject('buildFault')
  if (fault !== '') throw new Error(`there is no fresh build to start: ${fault}`)
}

async function running(started: Spawned, urlIn: (line: string) => string | undefined): Promise<Server> {
  const { child, stderr } = started
  const log: LogLine[] = []
  const words: string[] = []
  createInterface({ input: stderr }).on('line', (line) => (line.startsWith('{') ? log.push(JSON.parse(line) as LogLine) : words.push(line)))
  const ended = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => signal ?? code ?? null)
  const ask = asker(child)
  const url = await ready(started, urlIn, () => [...words, ...log.map((line) => JSON.stringify(line))].join('\n'))
  return {
    url,
    pid: child.pid ?? 0,
    log,
    ended,
    dieAt: async (at, visits = 1) => void (await ask({ die: { at, visits } })),
    async pointsOf(act) {
      await ask({ record: true })
      await act()
      // Names of points, by the program that we have started.
      return (await ask({ record: false })) as readonly Point[]
    },
    look: async (look) => void (await ask({ look })),
    verifies: async (person, password) => (await ask({ verify: { person, password } })) === true,
    async stop() {
      child.kill('SIGTERM')
      const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      const how = await ended
      clearTimeout(hard)
      return how
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function ready({ child, stdout }: Spawned, urlIn: (line: string) => string | undefined, said: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      child.kill('SIGKILL')
      reject(new Error(`a server did not start: ${why}\n${said()}`))
    }
    const late = setTimeout(() => fail(`not ready after ${READY_MS} ms`), READY_MS)
    child.once('exit', (code) => {
      clearTimeout(late)
      fail(`it ended with ${code}`)
    })
    createInterface({ input: stdout }).on('line', (line) => {
      const url = urlIn(line)
      if (url === undefined) return
      clearTimeout(late)
      resolve(url)
    })
  })
}

/** Questions over the channel to the process, each with a number that its answer repeats. */
function asker(child: ChildProcess): (question: object) => Promise<unknown> {
  let asked = 0
  const waiting = new Map<number, { readonly take: (answer: unknown) => void; readonly fail: (error: Error) => void }>()
  child.on('message', (message: { readonly id: number; readonly answer: unknown }) => {
    waiting.get(message.id)?.take(message.answer)
    waiting.delete(message.id)
  })
  child.once('exit', () => {
    for (const { fail } of waiting.values()) fail(new Error('the process has ended and answers no more'))
  })
  return (question) =>
    new Promise((take, fail) => {
      const id = asked++
      waiting.set(id, { take, fail })
      child.send({ id, ...question }, (error) => error && fail(error))
    })
}
