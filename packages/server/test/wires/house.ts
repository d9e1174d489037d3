import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret, type AuditEvent, type Directory, type JsonObject } from '@rekey/core'
import { vi } from 'vitest'
import { openDemoIssuer } from '../../src/adapters/bearers/demo-issuer.js'
import type { Ports } from '../../src/compose.js'
import type { Call } from '../wire/call.js'
import { wireServer, type WireServer } from '../wire/server.js'
import { airlock } from './airlock.js'
import { centrify } from './centrify.js'
import { cidaas } from './cidaas.js'
import { forgerock } from './forgerock.js'
import type { Send, Told, Visit, Wire } from './speaker.js'
import { storyOf } from './story.js'

/** One flow, spoken on every wire that has words for it. */
export const LOST = `flow: lost-password
speaks:
  forgerock: { as: lost }
  centrify: forgot
  airlock: { as: lost }
  cidaas: forgot
steps:
  - userQuery
  - emailValidation:
    attempts: 3
  - reset
`

/** Centrify reaches a forgotten password through a log-in only. */
const LOGIN = `flow: sign-in
speaks:
  centrify: login
steps:
  - userQuery
  - currentPassword
  - issueSession
`

const CHANGE = `flow: change-password
speaks:
  centrify: change
  airlock: { as: password-change, area: protected }
  cidaas: change
steps:
  - signedIn
  - currentPassword
  - reset
`

const GENERATE = `flow: generate-password
speaks:
  bright-pattern: generate
require: vouched
steps:
  - trustedCaller: { secret: '\${REKEY_BRIGHT_PATTERN_TOKEN}' }
  - userQuery: { fields: [login, domain, principalName, distinguishedName], alternatives: any }
  - generatePassword
`

/** The wires that speak `lost-password`, in the order in which reports name them. */
export const WIRES: readonly Wire[] = [forgerock, centrify, airlock, cidaas]

export interface HouseOptions {
  /** What stands in `rekey.yaml` beside the defaults of these tests. */
  readonly config?: JsonObject
  /** In the place of `lost-password`. */
  readonly lost?: string
  readonly adapt?: (ports: Ports) => Ports
}

/** One server that speaks everything, its story, and what people read and know. */
export interface House extends Pick<WireServer, 'client' | 'running' | 'mails'> {
  /** The audit trail so far. */
  readonly events: readonly AuditEvent[]
  readonly send: Send
  /** Begins a visit that has given a name, and waits until its mail is out or withheld. */
  named(wire: Wire, userName: string, send?: Send): Promise<Visit>
  /** Sends one call of a visit. */
  says(visit: Visit, call: Call): Promise<Told>
  /** The code of the newest mail. */
  code(to: string): Promise<string>
  /** Waits until so many messages of the conversation that was begun first after so many events have gone out, or were withheld. */
  dispatched(from: number, messages: number): Promise<void>
  /** A bearer token of the demonstration. */
  token(userName: string): Promise<string>
  idOf(userName: string): Promise<string>
  passwordIs(userName: string, password: string): Promise<boolean>
  close(): Promise<void>
}

export async function house({ config = {}, lost = LOST, adapt = (ports) => ports }: HouseOptions = {}): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-wires-'))
  await mkdir(join(folder, 'flows'))
  for (const [name, text] of Object.entries({ lost, LOGIN, CHANGE, GENERATE })) await writeFile(join(folder, 'flows', `${name}.yaml`), text)
  const events: AuditEvent[] = []
  let directory: Directory | undefined
  const server = await wireServer({
    folder,
    config: {
      flows: 'flows',
      // Nothing is held back: what is told by time is tested elsewhere.
      dialects: { centrify: { pollHoldMs: 0 }, 'bright-pattern': { minimumMs: 0 } },
      ...config,
    },
    adapt(ports) {
      const adapted = adapt({ ...ports, audit: { record: (event) => void events.push(event) } })
      directory = adapted.directory
      return adapted
    },
  })
  const { client } = server
  const issuer = await openDemoIssuer(server.config.bearers.demoKey ?? '')
  const dispatched = (from: number, messages: number) =>
    vi.waitFor(
      () => {
        const out = storyOf(events, from).messages.length
        if (out < messages) throw new Error(`${out} of ${messages} messages`)
      },
      { timeout: 5_000, interval: 5 },
    )
  const find = async (userName: string) => {
    const [person] = (await directory?.find({ is: 'equals', field: 'userName', value: userName })) ?? []
    if (!person) throw new Error(`there is no ${userName}`)
    return person
  }
  const send = (call: Call) => client.send(call)
  return {
    client,
    running: server.running,
    mails: (to) => server.mails(to),
    events,
    send,
    dispatched,
    async named(wire, userName, sending = send) {
      const from = events.length
      const visit = wire.visit(sending)
      const told = visit.hears(await sending(await visit.names(userName)))
      if (told !== 'next') throw new Error(`${wire.name}: ${userName} was ${told}`)
      await dispatched(from, 1)
      return visit
    },
    says: async (visit, call) => visit.hears(await send(call)),
    async code(to) {
      const mails = await server.mails(to)
      return mails.flatMap(({ text }) => /^ {4}(\d{6,8})$/m.exec(text)?.[1] ?? []).at(-1) ?? ''
    },
    // Of the second to come: one of the very second of a change would count as of before it.
    token: async (userName) => issuer.mint((await find(userName)).id, Math.floor(Date.now() / 1000) + 1),
    idOf: async (userName) => (await find(userName)).id,
    passwordIs: async (userName, password) => (await directory?.verifyPassword((await find(userName)).id, new Secret(password))) === true,
    async close() {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
