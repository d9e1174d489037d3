import { userInfo } from 'node:os'
import { decodeOwed } from '@rekey/core'
import type { AuditEvent, DeadLetter, Outbox } from '@rekey/core'
import { createLogger } from '../../adapters/log/logger.js'
import { CannotOpen } from '../../compose/cannot-open.js'
import { openAudit } from '../../compose/open-audit.js'
import { openKeyring } from '../../compose/open-keyring.js'
import { openStore } from '../../compose/open-store.js'
import { EXIT } from '../io.js'
import type { Io } from '../io.js'
import { deadLetterShown, printDeadLetters } from '../print-outbox.js'
import { withParts } from '../with-parts.js'
import type { ConfigOption } from '../workspace.js'

export interface ListOutboxOptions extends ConfigOption {
  readonly format: 'text' | 'json'
}

export interface ActOnOutboxOptions extends ConfigOption {
  /** Every dead letter there is. */
  readonly all?: boolean
}

/** What an operator may do with a dead letter. */
export type OutboxAct = 'resend' | 'drop'

/** Lists what the outbox of the configured store could not deliver. Addresses are masked; codes and links were never stored. */
export function listOutbox(io: Io, options: ListOutboxOptions): Promise<number> {
  return withOutbox(io, options, async ({ outbox, now }) => {
    const [pending, dead] = await Promise.all([outbox.pending(), outbox.dead()])
    const shown = dead.map((letter) => deadLetterShown(letter, now))
    io.out(options.format === 'json' ? `${JSON.stringify({ pending, dead: shown })}\n` : printDeadLetters(pending, shown))
    return EXIT.good
  })
}

/** Owes dead letters again, or forgets them. The audit trail says who did. */
export async function actOnOutbox(io: Io, act: OutboxAct, ids: readonly string[], options: ActOnOutboxOptions): Promise<number> {
  if ((options.all === true) === ids.length > 0) {
    io.err(`rekey: name dead letters, or all of them with \`--all\`: \`rekey outbox list\` shows their ids\n`)
    return EXIT.usage
  }
  return withOutbox(io, options, async ({ outbox, record, now }) => {
    const dead = new Map((await outbox.dead()).map((letter) => [letter.id, letter]))
    let done = 0
    for (const id of options.all === true ? dead.keys() : ids) {
      const letter = dead.get(id)
      if (letter === undefined || !(await outbox[act](id))) {
        io.err(`rekey: there is no dead letter \`${printable(id)}\`\n`)
        continue
      }
      done++
      record(eventOf(act, letter, now))
    }
    io.out(`${done} ${DONE[act]}\n`)
    return options.all === true || done === ids.length ? EXIT.good : EXIT.faults
  })
}

const DONE = { resend: 'owed again', drop: 'dropped' } as const satisfies Record<OutboxAct, string>
const EVENTS = { resend: 'letter-resent', drop: 'letter-dropped' } as const satisfies Record<OutboxAct, string>

function eventOf(act: OutboxAct, letter: DeadLetter, now: number): AuditEvent {
  const owed = letter.is === 'message' ? decodeOwed(letter.body) : undefined
  const { dialect, template } = owed && 'message' in owed ? { ...owed, ...owed.message } : {}
  return {
    event: EVENTS[act],
    at: Math.floor(now / 1_000),
    conversation: letter.conversation,
    reason: letter.reason,
    ...(dialect !== undefined && { dialect }),
    more: { operator: userInfo().username, letter: letter.id, ...(template !== undefined && { template }) },
  }
}

interface Opened {
  readonly outbox: Outbox
  /** Milliseconds since the epoch, by the store's clock. */
  readonly now: number
  readonly record: (event: AuditEvent) => void
}

function withOutbox(io: Io, options: ConfigOption, act: (opened: Opened) => Promise<number>): Promise<number> {
  return withParts(io, options, async (config, closers) => {
    if (config.store.is === 'memory')
      throw new CannotOpen('messages are kept in the memory of the server, where no other process sees them: configure `store.redis`')
    const log = createLogger(config.log.level)
    closers.push(() => log.flush())
    const keyring = await openKeyring(config)
    const { outbox, conversations } = await openStore(config, { keyring, outbox: {}, log, closers })
    const { audit } = await openAudit(config, { keyring, log, closers })
    return act({ outbox, now: await conversations.now(), record: (event) => audit.record(event) })
  })
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7E]/g, '?').slice(0, 64)
}
