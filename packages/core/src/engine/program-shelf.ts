import { DEFAULT_IN_ROW, type HashedMachine, type Limits, type Machine } from '../machine/machine.js'
import type { Machines } from '../ports/machines.js'
import { link, type Linking, type Program, UnlinkableMachine } from './program.js'

/** What every flow ensured before flows could say. */
const ENSURED_BEFORE = ['notify', 'revokeSessions'] as const

/** What a process of an earlier release has kept: parts that machines had not yet are absent. */
type KeptMachine = Omit<Machine, 'ensure' | 'limits'> &
  Partial<Pick<Machine, 'ensure'>> & {
    readonly limits: Omit<Limits, 'failures'> & { readonly failures: Omit<Limits['failures'], 'inRow'> & Partial<Limits['failures']> }
  }

/** Machines of other processes that are kept linked at a time. */
const MAX_FOREIGN = 256

/** Machines that are kept at a time; between them the store and the event loop are free for requests. */
const KEPT_AT_ONCE = 64

/** Finds the program a conversation is pinned to: one of our own, or one that another process has kept in the store. */
export class ProgramShelf {
  readonly #own = new Map<string, Program>()
  readonly #foreign = new Map<string, Program>()
  /** Hashes of those that this process has written. */
  readonly #kept = new Set<string>()

  constructor(
    private readonly linking: Linking,
    private readonly machines: Machines,
  ) {}

  /** @throws UnlinkableMachine when a step lacks a service; the server then does not start. */
  add(hashed: HashedMachine): Program {
    const program = this.#own.get(hashed.hash) ?? link(hashed, this.linking)
    this.#own.set(hashed.hash, program)
    return program
  }

  /** From now on only these are ours; the others are found like those of other processes while conversations are pinned to them. */
  keepOnly(hashes: ReadonlySet<string>): void {
    for (const [hash, program] of this.#own) {
      if (hashes.has(hash)) continue
      this.#own.delete(hash)
      this.#kept.delete(hash)
      this.#remember(program)
    }
  }

  /** Keeps our machines in the store, so that any process can finish their conversations: twice the longest life of one. */
  async keep(): Promise<void> {
    const programs = [...this.#own.values()]
    const faults: unknown[] = []
    for (let at = 0; at < programs.length; at += KEPT_AT_ONCE) {
      const some = await Promise.allSettled(programs.slice(at, at + KEPT_AT_ONCE).map((program) => this.#keepOne(program)))
      faults.push(...some.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])))
    }
    // One that could not be kept holds up no other.
    if (faults.length > 0) throw faults[0]
  }

  /** What we have written is only made to last, unless the store has lost it. */
  async #keepOne({ hash, machine }: Program): Promise<void> {
    const seconds = machine.expiresSeconds * 2
    if (this.#kept.has(hash) && (await this.machines.extend(hash, seconds))) return
    await this.machines.keep(hash, JSON.stringify(machine), seconds)
    if (this.#own.has(hash)) this.#kept.add(hash)
  }

  /** @returns undefined when nobody has kept the machine, or this process cannot run it. */
  async find(hash: string): Promise<Program | undefined> {
    const known = this.#own.get(hash) ?? this.#foreign.get(hash)
    if (known) return known
    const text = await this.machines.find(hash)
    if (text === undefined) return undefined
    const program = this.#linkForeign(hash, text)
    if (program) this.#remember(program)
    return program
  }

  #linkForeign(hash: string, text: string): Program | undefined {
    try {
      // Written by `keep` of a process that shares our keys, and sealed by the store.
      return link({ hash, machine: machineOfBefore(JSON.parse(text) as KeptMachine) }, this.linking)
    } catch (error) {
      if (error instanceof UnlinkableMachine) return undefined
      throw error
    }
  }

  #remember(program: Program): void {
    if (this.#foreign.size >= MAX_FOREIGN) {
      const [oldest] = this.#foreign.keys()
      if (oldest !== undefined) this.#foreign.delete(oldest)
    }
    this.#foreign.set(program.hash, program)
  }
}

/** Older machines do what was done before flows could say it; failures in a row are bounded in every conversation. */
function machineOfBefore({ ensure = ENSURED_BEFORE, limits, ...machine }: KeptMachine): Machine {
  const { failures } = limits
  return { ...machine, ensure, limits: { ...limits, failures: { ...failures, inRow: failures.inRow ?? DEFAULT_IN_ROW } } }
}
