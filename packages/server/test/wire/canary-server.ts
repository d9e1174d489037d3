import 'reflect-metadata'
import { createInterface } from 'node:readline'
import { Secret } from '@rekey/core'
import { Redis } from 'ioredis'
import { startServer, type Ports } from '../../src/compose.js'
import { loadConfig } from '../../src/config/load-config.js'
import { dialects } from '../../src/dialects/index.js'

/**
 * A server as a process of its own, so that everything it writes can be read: `canary-server FOLDER [leaking]`. It says its address in one line
 * on standard output. Lines on standard input name the call of a part that fails from then on, `directory.find`, or `nothing`; each is
 * answered with the same line.
 */
const [folder = '', leak] = process.argv.slice(2)
const loaded = await loadConfig({ path: 'rekey.yaml', env: process.env, cwd: folder, dialects })
if (loaded.is === 'faults') throw new Error('the configuration of the test is broken')
const { config } = loaded

let failing = 'nothing'
const lines = createInterface({ input: process.stdin })
const running = await startServer(config, { adapt: (ports) => failable(leaking(ports)) })
process.stdout.write(`${running.url}\n`)
for await (const line of lines) {
  failing = line
  process.stdout.write(`${line}\n`)
}
await running.close()

/** Parts that fail when told to, in the way that tells most: with everything they were given in message, members, stack and cause. */
function failable(ports: Ports): Ports {
  return {
    ...ports,
    conversations: part('conversations', ports.conversations),
    budgets: part('budgets', ports.budgets),
    directory: part('directory', ports.directory),
    mailer: part('mailer', ports.mailer),
  }
}

function part<T extends object>(name: string, whole: T): T {
  return new Proxy(whole, {
    get(target, method) {
      const own: unknown = Reflect.get(target, method, target)
      if (typeof own !== 'function') return own
      return (...args: unknown[]): unknown => {
        if (failing !== `${name}.${String(method)}`) return own.apply(target, args)
        return Promise.reject(chatty(name, args))
      }
    },
  })
}

function chatty(name: string, args: readonly unknown[]): Error {
  const told = JSON.stringify(args, (_name, value: unknown) => value)
  const secrets = args.flatMap(secretsIn).map((secret) => secret.reveal())
  const cause = new Error(`${name} was given ${told} ${secrets.join(' ')}`)
  const error = new Error(`${name} was given ${told}\nand ${secrets.join(' ')}`, { cause })
  return Object.assign(error, { args: told, secrets, command: { name, args: [told, ...secrets] } })
}

function secretsIn(value: unknown): readonly Secret[] {
  if (value instanceof Secret) return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(secretsIn) : []
}

/** Leaks that are planted to see that the search finds them. */
function leaking(ports: Ports): Ports {
  if (leak === undefined || config.store.is !== 'redis' || config.store.server.place.is !== 'server') return ports
  const redis = new Redis(config.store.server.place.url.reveal())
  const { prefix } = config.store
  lines.once('close', () => redis.disconnect())
  return {
    ...ports,
    mailer: {
      async send(mail) {
        process.stderr.write(`sending ${mail.text}\n`)
        await ports.mailer.send(mail)
      },
    },
    directory: over(ports.directory, {
      async setPassword(request) {
        ports.audit.record({ event: 'changing', at: 0, more: { to: request.secret.reveal() } })
        return ports.directory.setPassword(request)
      },
    }),
    conversations: over(ports.conversations, {
      async commit(claim, entry) {
        await redis.set(`${prefix}plain:${claim.id}`, JSON.stringify(entry), 'EX', 60)
        return ports.conversations.commit(claim, entry)
      },
    }),
  }
}

function over<T extends object>(whole: T, methods: Partial<T>): T {
  return new Proxy(whole, {
    get(target, name) {
      const holder = name in methods ? methods : target
      const own: unknown = Reflect.get(holder, name, holder)
      return typeof own === 'function' ? own.bind(holder) : own
    },
  })
}
