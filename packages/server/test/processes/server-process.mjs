// A built server in a process of its own. Its one argument says where its configuration is and how its mailer behaves; over the
// channel to its parent it is told at which point to die and when to look
// after a marked change, and asked whether a password is in force. It ends when its parent does.
import 'reflect-metadata'
import { appendFileSync } from 'node:fs'
import { Secret } from '@rekey/core'
import { loadConfig, startServer } from '../../dist/index.js'
import { dialects } from '../../dist/dialects/index.js'

const { config: path, mails, mailFailures, consumes, looksWhenTold, leaseMs, outbox } = JSON.parse(process.argv[2] ?? '{}')
let death
/** Names of the calls since it was told to record them. */
let recorded
const failuresLeft = new Map(Object.entries(mailFailures ?? {}))
let directory
/** By conversation: opens when the look after its marked change may be taken. */
const gates = new Map()

/** Whoever comes to the named point stays there, and the last one expected ends the process: nothing is flushed, nobody is told. */
async function reach(point) {
  if (death?.at !== point) return
  death.visits -= 1
  if (death.visits === 0) process.kill(process.pid, 'SIGKILL')
  await new Promise(() => undefined)
}

function gateOf(conversation) {
  if (!gates.has(conversation)) {
    let open
    const opened = new Promise((resolve) => (open = resolve))
    gates.set(conversation, { opened, open })
  }
  return gates.get(conversation)
}

/** Hands nothing out, or holds the looks after marked changes back until the parent says so, or is the outbox as it is. */
function outboxOver(ports) {
  if (consumes === false) return { consume: () => ({ stop: async () => undefined }) }
  if (looksWhenTold !== true) return {}
  return {
    consume: (consumer) =>
      ports.outbox.consume(async (item) => {
        if (item.is === 'resolve') await gateOf(item.conversation).opened
        await consumer(item)
      }),
  }
}

/** Every call of a part is a point of its own, named after both, that is reached when the part has answered. */
function traced(name, part) {
  return new Proxy(part, {
    get(target, member) {
      const real = Reflect.get(target, member)
      if (typeof real !== 'function') return real
      return (...args) => {
        const answer = real.apply(target, args)
        if (!(answer instanceof Promise)) return answer
        return answer.then(async (value) => {
          recorded?.push(`${name}.${String(member)}`)
          await reach(`${name}.${String(member)}`)
          return value
        })
      }
    },
  })
}

function over(part, methods) {
  return new Proxy(part, {
    get(target, name) {
      if (name in methods) return methods[name]
      const member = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

const adapt = (ports) => {
  directory = ports.directory
  return {
    ...ports,
    budgets: traced('budgets', ports.budgets),
    sessions: traced('sessions', ports.sessions),
    once: traced('once', ports.once),
    directory: traced(
      'directory',
      over(ports.directory, {
        read: async (id) => {
          await reach('judging')
          return ports.directory.read(id)
        },
        setPassword: async (request) => {
          const result = await ports.directory.setPassword(request)
          await reach('written')
          return result
        },
      }),
    ),
    conversations: traced(
      'conversations',
      over(ports.conversations, {
        mark: async (...args) => {
          const marked = await ports.conversations.mark(...args)
          await reach('marked')
          return marked
        },
        commit: async (claim, commit) => {
          const written = await ports.conversations.commit(claim, commit)
          await reach(commit.release ? 'committed' : 'between')
          return written
        },
      }),
    ),
    mailer: {
      send: async (mail) => {
        await reach('sending')
        const left = failuresLeft.get(mail.to) ?? 0
        failuresLeft.set(mail.to, left - 1)
        if (left > 0) throw new Error('the mail server is away')
        appendFileSync(mails, `${JSON.stringify(mail)}\n`)
        await reach('sent')
      },
    },
    outbox: over(ports.outbox, outboxOver(ports)),
  }
}

process.on('message', async ({ id, die, look, verify, record }) => {
  if (record === true) recorded = []
  if (record === false) return void process.send({ id, answer: recorded })
  if (die !== undefined) death = die
  if (look !== undefined) gateOf(look).open()
  const answer = verify === undefined || (await directory.verifyPassword(verify.person, new Secret(verify.password)))
  process.send({ id, answer })
})
process.once('disconnect', () => process.exit())

const loaded = await loadConfig({ path, env: {}, cwd: process.cwd(), dialects })
if (loaded.is === 'faults') throw new Error(JSON.stringify(loaded.faults.map(({ message }) => message)))
const running = await startServer(loaded.config, {
  adapt,
  ...(leaseMs !== undefined && { leaseMs }),
  ...(outbox !== undefined && { outbox }),
})
process.once('SIGTERM', async () => {
  await running.close()
  process.disconnect()
})
process.stdout.write(`${JSON.stringify({ url: running.url })}\n`)
