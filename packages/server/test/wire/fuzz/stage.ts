import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Secret, type AuditEvent, type Directory } from '@rekey/core'
import { expect, vi } from 'vitest'
import { openDemoIssuer } from '../../../src/adapters/bearers/demo-issuer.js'
import { createLogger } from '../../../src/adapters/log/logger.js'
import { openPeople } from '../../../src/compose/open-people.js'
import { RouteTable } from '../../../src/http/route-table.js'
import type { Answer, Call } from '../call.js'
import { wireConfig, wireServer } from '../server.js'
import { METRICS_SECRET, ORIGIN, type Conversation, type Means } from './conversations.js'
import { seedOf, type Person } from './people.js'

const SHIPPED = fileURLToPath(new URL('../../../../../flows', import.meta.url))

/** A route as the server has mounted it: `POST /openidm/selfservice/:as`. */
export type MountedRoute = string

/** A server that speaks everything that ships, and what the tests know of it from within. */
export interface Stage {
  readonly url: string
  readonly routes: readonly MountedRoute[]
  readonly events: readonly AuditEvent[]
  /** Passwords that the server has set, by the id of the person. */
  readonly sets: readonly string[]
  readonly send: (call: Call) => Promise<Answer>
  /** Leads a conversation as its person would, who reads their messages. */
  honest(conversation: Conversation, who: Person, say?: Means['say']): Promise<void>
  /** What somebody needs who reads their messages. */
  readonly reader: (who: Person, say: Means['say']) => Means
  /** What somebody needs who reads no messages. */
  stranger(who: Person, say: Means['say']): Means
  /** Whether a request names a mounted route, to the letter. */
  isRoute(call: Pick<Call, 'method' | 'target'>): boolean
  /** The first part of a path tells the dialects apart well enough; undefined beside them. */
  dialectOf(call: Call): string | undefined
  passwordIs(who: Person, password: string): Promise<boolean>
  /** How often each route was hit, by the server's own count: all answers, and the good ones. */
  counts(): Promise<ReadonlyMap<MountedRoute, { readonly all: number; readonly good: number }>>
  close(): Promise<void>
}

/** Longest wait for a message: the storm's own are sent before it. */
const PATIENCE = { timeout: 30_000, interval: 5 }

let used = 0

export async function openStage(
  people: readonly Person[],
  withoutPassword: ReadonlySet<Person>,
  redis: { readonly url: string; readonly prefix: string },
): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-fuzz-'))
  await cp(SHIPPED, join(folder, 'flows'), { recursive: true })
  // The shipped budget of messages is that of one person; here are many.
  const forgot = join(folder, 'flows', 'cidaas', 'forgot.yaml')
  await writeFile(forgot, (await readFile(forgot, 'utf8')).replace('3/15m', '20/h'))
  await writeFile(join(folder, 'people.yaml'), seedOf(people, withoutPassword))
  // They move in before the people of the demonstration, whose issuer of tokens is needed: the demonstration ends where a seed is configured.
  const moving = await openPeople(await wireConfig(folder, { config: { directory: { seed: 'people.yaml' } } }), createLogger('silent'))
  await moving.directory.close()
  const events: AuditEvent[] = []
  const sets: string[] = []
  const messages = new Map<string, readonly string[]>()
  const keep = (to: string, text: string) => messages.set(to, [...(messages.get(to) ?? []).slice(-4), text])
  let directory: Directory | undefined
  // Every route goes through here, whoever mounts it: one that is added later is fuzzed without anybody naming it.
  const registered = vi.spyOn(RouteTable.prototype, 'add')
  const server = await wireServer({
    folder,
    redis,
    config: {
      flows: 'flows',
      metrics: { bearer: METRICS_SECRET },
      dialects: { centrify: { pollHoldMs: 0, origins: [ORIGIN] }, cidaas: { origins: [ORIGIN] }, 'bright-pattern': { minimumMs: 0 } },
    },
    adapt(ports) {
      directory = ports.directory
      const own = ports.directory
      return {
        ...ports,
        audit: { record: (event) => void events.push(event) },
        mailer: { send: async ({ to, text }) => void keep(to, text) },
        sms: { send: async ({ to, text }) => void keep(to, text) },
        directory: new Proxy(own, {
          get(target, name) {
            const method: unknown = Reflect.get(target, name, target)
            if (typeof method !== 'function') return method
            if (name !== 'setPassword') return method.bind(target)
            return async (...given: readonly unknown[]): Promise<unknown> => {
              const result: unknown = await Reflect.apply(method, target, given)
              if (isDone(result)) sets.push(idIn(given[0]))
              return result
            }
          },
        }),
      }
    },
  })
  const mounted = registered.mock.calls.map(([route]) => route)
  const routes = mounted.map(({ method, path }) => `${method} ${path}`)
  const patterns = mounted.map(({ path, method, caseInsensitive }) => ({
    served: method,
    pattern: new RegExp(`^${path.replaceAll(/:\w+/g, '[^/?]+')}(?:\\?|$)`, caseInsensitive === true ? 'i' : ''),
  }))
  registered.mockRestore()
  const issuer = await openDemoIssuer(server.config.bearers.demoKey ?? '')
  const send = (call: Call) => server.client.send(call)
  // Of the second to come: one of the very second of a change would count as of before it.
  const bearerOf = (who: Person) => issuer.mint(who.id, Math.floor(Date.now() / 1_000) + 1)
  const fresh = () => `Fresh-passw0rd-${(used += 1)}`

  const reader = (who: Person, say: Means['say']): Means => {
    const received = (find: RegExp) =>
      vi.waitFor(() => {
        const texts = [...(messages.get(who.mail) ?? []), ...(messages.get(who.phone) ?? [])]
        const found = texts.flatMap((text) => find.exec(text)?.slice(1).find(Boolean) ?? []).at(-1)
        if (found === undefined) throw new Error(`${who.userName} has got nothing like ${String(find)}`)
        return found
      }, PATIENCE)
    return {
      who,
      say,
      // On a line of its own in a mail; links hold digits too.
      code: () => received(/^ {4}(\d{6,8})$|^[^/]*\b(\d{6,8})\b[^/]*$/m),
      link: () => received(/https?:\/\/[^/\s]+(\/\S+)/),
      fresh,
      bearer: () => bearerOf(who),
    }
  }

  return {
    url: server.running.url,
    routes,
    events,
    sets,
    send,
    async honest(conversation, who, say = send) {
      const before = sets.filter((id) => id === who.id).length
      let next = ''
      const means = reader(who, say)
      await conversation.lead({ ...means, fresh: () => (next = means.fresh()) })
      expect([conversation.name, sets.filter((id) => id === who.id).length - before]).toEqual([conversation.name, changesIn(conversation)])
      if (next !== '') who.password = next
    },
    isRoute: ({ method, target }) => patterns.some(({ served, pattern }) => served === method && pattern.test(target)),
    dialectOf: ({ target }) => /^\/(?:openidm|security|usermgmt|auth|[a-z]+-srv|api)\b/i.exec(target)?.[0].toLowerCase(),
    reader,
    stranger: (who, say) => ({
      who,
      say,
      code: async () => '10000000',
      link: async () => `/Security/Approve?token=${'x'.repeat(60)}`,
      fresh,
      bearer: () => bearerOf(who),
    }),
    passwordIs: async (who, password) => (await directory?.verifyPassword(who.id, new Secret(password))) === true,
    async counts() {
      const { text } = await server.client.get('/metrics', { Authorization: `Bearer ${METRICS_SECRET}` })
      const counts = new Map<MountedRoute, { all: number; good: number }>()
      for (const [, labels = '', value = ''] of text.matchAll(/^rekey_http_request_seconds_count\{([^}]*)\} (\d+)$/gm)) {
        const label = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(labels)?.[1] ?? ''
        const route = `${label('method')} ${label('route')}`
        const sum = counts.get(route) ?? { all: 0, good: 0 }
        sum.all += Number(value)
        if (/^[23]/.test(label('status'))) sum.good += Number(value)
        counts.set(route, sum)
      }
      return counts
    },
    async close() {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Those that end without a password say so in their names. */
function changesIn({ name }: Conversation): number {
  return name.endsWith('given up') ? 0 : 1
}

function idIn(request: unknown): string {
  return typeof request === 'object' && request !== null && 'id' in request ? String(request.id) : ''
}

function isDone(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'is' in result && result.is === 'done'
}
