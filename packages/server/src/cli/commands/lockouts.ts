import { userInfo } from 'node:os'
import { clearLockouts, lockoutsOf, type Audit, type LockoutParts } from '@rekey/core'
import { builtInSteps } from '@rekey/steps'
import { createLogger } from '../../adapters/log/logger.js'
import { CannotOpen } from '../../compose/cannot-open.js'
import { openAudit } from '../../compose/open-audit.js'
import { openKeyring } from '../../compose/open-keyring.js'
import { openOverseer } from '../../compose/open-overseer.js'
import { openPeople } from '../../compose/open-people.js'
import { gatherRegistry } from '../../config/gather-registry.js'
import { EXIT } from '../io.js'
import type { Io } from '../io.js'
import { printLockouts } from '../print-lockouts.js'
import { withParts } from '../with-parts.js'
import { printFaults } from '../workspace.js'
import type { ConfigOption } from '../workspace.js'

export interface ShowLockoutsOptions extends ConfigOption {
  readonly format: 'text' | 'json'
}

/** Shows the failures in a row of a name, whether anybody bears it or not. */
export function showLockouts(io: Io, name: string, options: ShowLockoutsOptions): Promise<number> {
  return withLockouts(io, options, async ({ parts }) => {
    const found = await lockoutsOf(parts, name)
    io.out(options.format === 'json' ? `${JSON.stringify(found)}\n` : printLockouts(found))
  })
}

/** Forgets the failures of a name, whether anybody bears it or not. The audit trail says who did. */
export function clearLockoutsOf(io: Io, name: string, options: ConfigOption): Promise<number> {
  return withLockouts(io, options, async ({ parts, now, openTrail }) => {
    const audit = await openTrail()
    const cleared = await clearLockouts({ ...parts, audit }, name, { at: now, by: { operator: userInfo().username } })
    io.out(cleared.length === 0 ? 'there was nothing to clear\n' : `cleared: ${cleared.join(', ')}\n`)
  })
}

interface Opened {
  readonly parts: LockoutParts
  /** Seconds since the epoch, by the store's clock. */
  readonly now: number
  readonly openTrail: () => Promise<Audit>
}

function withLockouts(io: Io, options: ConfigOption, act: (opened: Opened) => Promise<void>): Promise<number> {
  return withParts(io, options, async (config, closers) => {
    const gathered = gatherRegistry(config, [builtInSteps])
    if (gathered.is === 'faults') {
      printFaults(io, gathered.faults)
      return EXIT.faults
    }
    if (config.store.is === 'memory')
      throw new CannotOpen('failures are counted in the memory of the server, where no other process sees them: configure `store.redis`')
    const keyring = await openKeyring(config)
    const overseer = await openOverseer(config, keyring, closers)
    const { directory } = await openPeople(config)
    closers.push(() => directory.close())
    await act({
      parts: { budgets: overseer.budgets, directory, keyring, steps: [...gathered.registry.steps.values()] },
      now: Math.floor((await overseer.now()) / 1_000),
      async openTrail() {
        const log = createLogger(config.log.level)
        closers.push(() => log.flush())
        return (await openAudit(config, { keyring, log, closers })).audit
      },
    })
    return EXIT.good
  })
}
