import { userInfo } from 'node:os'
import { endConversation, parseDuration, type Overview } from '@rekey/core'
import { openKeyring } from '../../compose/open-keyring.js'
import { openOverseer, type Overseer } from '../../compose/open-overseer.js'
import { EXIT } from '../io.js'
import type { Io } from '../io.js'
import { printConversation, printConversations } from '../print-conversations.js'
import { withParts } from '../with-parts.js'
import type { ConfigOption } from '../workspace.js'

export interface ListOptions extends ConfigOption {
  readonly flow?: string
  readonly dialect?: string
  readonly step?: string
  /** A duration. */
  readonly older?: string
  readonly ended?: boolean
  readonly format: 'text' | 'json'
}

export interface ShowOptions extends ConfigOption {
  readonly format: 'text' | 'json'
}

/** Lists the conversations of the configured store: where they stand, and not who they are about. */
export function listConversations(io: Io, options: ListOptions): Promise<number> {
  return withOverseer(io, options, async (overseer) => {
    const now = Math.floor((await overseer.now()) / 1_000)
    const { found, unreadable } = await gather(overseer, (one) => isWanted(one, options, now))
    io.out(options.format === 'json' ? `${JSON.stringify(found)}\n` : printConversations(found, now))
    if (unreadable > 0)
      io.err(`rekey: ${unreadable} conversations do not open: \`keys.signing\` lacks the key that they were sealed with\n`)
    return EXIT.good
  })
}

/** Shows one conversation, and why it stands where it stands. */
export function showConversation(io: Io, id: string, options: ShowOptions): Promise<number> {
  return withOverseer(io, options, async (overseer) => {
    const one = await overseer.look(id)
    if (one === undefined) return refuse(io, 'there is no such conversation: it has ended and was forgotten, or never was')
    if (one === 'unreadable') return refuse(io, 'the conversation does not open: `keys.signing` lacks the key that it was sealed with')
    io.out(options.format === 'json' ? `${JSON.stringify(one)}\n` : printConversation(one, Math.floor((await overseer.now()) / 1_000)))
    return EXIT.good
  })
}

/** Ends a conversation as its caller could. A server tells the audit trail who did. */
export function cancelConversation(io: Io, id: string, options: ConfigOption): Promise<number> {
  return withOverseer(io, options, async ({ conversations, machines }) => {
    const became = await endConversation({ conversations, machines }, id, { operator: userInfo().username })
    switch (became) {
      case 'ended':
        io.out('ended\n')
        return EXIT.good
      case 'over':
        io.out('it had ended already\n')
        return EXIT.good
      case 'unknown':
        return refuse(io, 'there is no such conversation')
      case 'held':
        return refuse(io, 'a request is at work on it: try again in a few seconds')
      case 'changing':
        return refuse(io, 'it is being settled whether its change was made: try again in a few seconds')
    }
  })
}

function withOverseer(io: Io, options: ConfigOption, act: (overseer: Overseer) => Promise<number>): Promise<number> {
  return withParts(io, options, async (config, closers) => act(await openOverseer(config, await openKeyring(config), closers)))
}

function refuse(io: Io, why: string): number {
  io.err(`rekey: ${why}\n`)
  return EXIT.faults
}

/** Conversations that are read at once. */
const AT_ONCE = 200

async function gather(overseer: Overseer, wanted: (one: Overview) => boolean) {
  const found: Overview[] = []
  let unreadable = 0
  let ids: string[] = []
  const read = async () => {
    for (const one of await Promise.all(ids.map((id) => overseer.look(id)))) {
      if (one === 'unreadable') unreadable += 1
      else if (one !== undefined && wanted(one)) found.push(one)
    }
    ids = []
  }
  for await (const id of overseer.ids()) if (ids.push(id) === AT_ONCE) await read()
  await read()
  return { found, unreadable }
}

function isWanted(one: Overview, { flow, dialect, step, older, ended }: ListOptions, now: number): boolean {
  return (
    (ended === true || one.is === 'open') &&
    (flow === undefined || one.flow === flow) &&
    (dialect === undefined || one.dialect === dialect) &&
    (step === undefined || one.step?.id === step) &&
    (older === undefined || now - one.startedAt >= (parseDuration(older) ?? 0))
  )
}
