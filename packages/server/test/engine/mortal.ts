import { Sessions, type Directory, type EngineOptions } from '@rekey/core'

/** Where a process dies: at the call of this number, before it reaches the part or when that has answered. */
export interface Death {
  readonly call: number
  readonly when: 'before' | 'after'
}

/** Parts answer at once, so there is nothing to die in. */
const AT_ONCE: ReadonlySet<PropertyKey> = new Set(['normalise', 'questions'])

/**
 * What a process calls, in order, and the end of it: from its death on, no call comes through any more. Which calls there are is found out by
 * a run in which nobody dies, so that a new one is met without being named.
 */
export class Mortal {
  /** Names of the calls so far: `conversations.commit`. */
  readonly calls: string[] = []
  isDead = false
  #isBorn = false

  constructor(private readonly death?: Death) {}

  /** From now on calls count: those of its start are over. */
  begin(): void {
    this.#isBorn = true
  }

  /** Runs what is outside of the process. @throws when it dies here, or has died. */
  async call<T>(name: string, outside: () => Promise<T>): Promise<T> {
    if (!this.#isBorn) return outside()
    if (this.isDead) throw new Error('the process has died')
    const dies = this.calls.push(name) - 1 === this.death?.call
    if (dies && this.death?.when === 'before') this.#die()
    const answer = await outside()
    if (dies) this.#die()
    // Somebody else of this process may have died meanwhile.
    if (this.isDead) throw new Error('the process has died')
    return answer
  }

  /** A part all of whose calls are counted. */
  over<T extends object>(name: string, part: T): T {
    return new Proxy(part, {
      get: (target, member) => {
        const value: unknown = Reflect.get(target, member, target)
        if (typeof value !== 'function') return value
        const real = (...args: unknown[]): unknown => Reflect.apply(value, target, args)
        if (AT_ONCE.has(member)) return real
        return (...args: unknown[]) => this.call(`${name}.${String(member)}`, async () => real(...args))
      },
    })
  }

  readonly directory = (real: Directory): Directory => this.over('directory', real)

  readonly wrap = (options: EngineOptions): EngineOptions => ({
    ...options,
    conversations: this.over('conversations', options.conversations),
    budgets: this.over('budgets', options.budgets),
    machines: this.over('machines', options.machines),
    services: new Map([...options.services].map(([name, part]) => [name, name === Sessions.name ? this.#overSessions(part) : part])),
  })

  #overSessions(part: unknown): unknown {
    return typeof part === 'object' && part !== null ? this.over('sessions', part) : part
  }

  #die(): never {
    this.isDead = true
    throw new Error('the process died here')
  }
}
