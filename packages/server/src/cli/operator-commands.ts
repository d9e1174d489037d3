import { InvalidArgumentError, Option, type Command } from 'commander'
import { readHead, type ChainHead } from '../adapters/log/audit-head.js'
import type { VerifyAuditOptions } from './commands/audit.js'
import type { ListOptions, ShowOptions } from './commands/conversations.js'
import type { ShowLockoutsOptions } from './commands/lockouts.js'
import type { ActOnOutboxOptions, ListOutboxOptions } from './commands/outbox.js'
import { CONFIG_FLAG } from './config-flag.js'
import type { Io } from './io.js'
import type { ConfigOption } from './workspace.js'

/**
 * Adds the commands that look after what servers keep: the audit trail, conversations, lockouts and the outbox.
 * @param end takes the exit code of the command that was run.
 * @returns the groups, whose commands are not known to the program itself.
 */
export function addOperatorCommands(program: Command, io: Io, end: (code: number) => void): readonly Command[] {
  const auditing = program.command('audit').description('look after the audit trail')
  auditing
    .command('verify')
    .description('verify that no line of the trail was changed, taken out, put in or moved')
    .argument('[files...]', 'files of the trail, or folders of them (default: the configured folder)')
    .option('--head <chain:line:mac>', 'how far a chain had come, as the log told; may stand several times', auditHead, [])
    .option('--partial', 'accept chains whose first files are not among these')
    .option(...CONFIG_FLAG)
    .action(async (files: readonly string[], options: VerifyAuditOptions) => {
      const { verifyAuditFiles } = await import('./commands/audit.js')
      end(await verifyAuditFiles(io, files, options))
    })

  const conversing = program.command('conversations').description('look after conversations under way, in the configured store')
  const format = () => new Option('--format <format>', 'how it is printed').choices(['text', 'json']).default('text')
  conversing
    .command('list')
    .description('list them by where they stand; who they are about is not shown')
    .option('--flow <id>', 'only those of one flow')
    .option('--dialect <name>', 'only those of one dialect')
    .option('--step <id>', 'only those that stand at one step')
    .option('--older <duration>', 'only those begun at least so long ago, as in `5m`', aDuration)
    .option('--ended', 'those that have ended too, while they are remembered')
    .addOption(format())
    .option(...CONFIG_FLAG)
    .action(async (options: ListOptions) => {
      const { listConversations } = await import('./commands/conversations.js')
      end(await listConversations(io, options))
    })
  conversing
    .command('show')
    .description('show where a conversation stands, and why')
    .argument('<id>', 'its id, as the list and the audit trail tell it')
    .addOption(format())
    .option(...CONFIG_FLAG)
    .action(async (id: string, options: ShowOptions) => {
      const { showConversation } = await import('./commands/conversations.js')
      end(await showConversation(io, id, options))
    })
  conversing
    .command('end')
    .description('end a conversation; the audit trail says who did')
    .argument('<id>', 'its id')
    .option(...CONFIG_FLAG)
    .action(async (id: string, options: ConfigOption) => {
      const { cancelConversation } = await import('./commands/conversations.js')
      end(await cancelConversation(io, id, options))
    })

  const lockouts = program.command('lockouts').description('look after people who have failed too often, in the configured store')
  lockouts
    .command('show')
    .description('show the failures in a row of a name, whether anybody bears it or not')
    .argument('<name>', 'as it would be typed into a flow: a user name or a mail address')
    .addOption(format())
    .option(...CONFIG_FLAG)
    .action(async (name: string, options: ShowLockoutsOptions) => {
      const { showLockouts } = await import('./commands/lockouts.js')
      end(await showLockouts(io, name, options))
    })
  lockouts
    .command('clear')
    .description('forget the failures of a name; the audit trail says who did')
    .argument('<name>', 'as it would be typed into a flow')
    .option(...CONFIG_FLAG)
    .action(async (name: string, options: ConfigOption) => {
      const { clearLockoutsOf } = await import('./commands/lockouts.js')
      end(await clearLockoutsOf(io, name, options))
    })

  const outbox = program.command('outbox').description('look after messages that could not be delivered, in the configured store')
  outbox
    .command('list')
    .description('list them, with the reason; addresses are masked')
    .addOption(new Option('--format <format>', 'how they are printed').choices(['text', 'json']).default('text'))
    .option(...CONFIG_FLAG)
    .action(async (options: ListOutboxOptions) => {
      const { listOutbox } = await import('./commands/outbox.js')
      end(await listOutbox(io, options))
    })
  for (const [act, does] of [
    ['resend', 'owe messages again; one whose code has expired is withheld then'],
    ['drop', 'forget messages'],
  ] as const) {
    outbox
      .command(act)
      .description(does)
      .argument('[ids...]', 'their ids, as the list tells them')
      .option('--all', 'all of them')
      .option(...CONFIG_FLAG)
      .action(async (ids: readonly string[], options: ActOnOutboxOptions) => {
        const { actOnOutbox } = await import('./commands/outbox.js')
        end(await actOnOutbox(io, act, ids, options))
      })
  }

  return [auditing, conversing, lockouts, outbox]
}

function aDuration(text: string): string {
  if (!/^[1-9]\d{0,8}[smhd]$/.test(text)) throw new InvalidArgumentError('A duration such as `30s`, `15m` or `2h` stands here.')
  return text
}

function auditHead(text: string, before: readonly ChainHead[]): readonly ChainHead[] {
  const head = readHead(text)
  if (head === undefined) throw new InvalidArgumentError('A chain, a line and a MAC stand here, with colons between them.')
  return [...before, head]
}
