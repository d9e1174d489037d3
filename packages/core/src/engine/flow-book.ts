import type { HashedMachine } from '../machine/machine.js'
import type { JsonObject } from '../step/json.js'
import type { Texts } from '../step/texts.js'
import type { Program } from './program.js'
import type { ProgramShelf } from './program-shelf.js'

/** A flow as the engine serves it. */
export interface ServedFlow {
  readonly flow: string
  readonly dialect: string
  /** Its name on the wire. */
  readonly as: string
  readonly title?: Texts
  readonly program: Program
}

/** What the book needs of a compiled flow. */
export interface ServableFlow extends HashedMachine {
  readonly id: string
  readonly title?: Texts
  readonly speaks: ReadonlyMap<string, JsonObject>
}

/** Which flow answers to which name under which dialect. A `Map`, so that `__proto__` is just an unknown flow. */
export class FlowBook {
  #byAddress: ReadonlyMap<string, ServedFlow>

  constructor(
    flows: readonly ServableFlow[],
    private readonly shelf: ProgramShelf,
  ) {
    this.#byAddress = this.#addressesOf(flows)
  }

  /** Serves these flows from now on and no others. @throws UnlinkableMachine when one cannot run here; then all stays as it was. */
  replace(flows: readonly ServableFlow[]): void {
    this.#byAddress = this.#addressesOf(flows)
  }

  #addressesOf(flows: readonly ServableFlow[]): ReadonlyMap<string, ServedFlow> {
    const byAddress = new Map<string, ServedFlow>()
    for (const flow of flows) {
      const program = this.shelf.add(flow)
      for (const [dialect, options] of flow.speaks) {
        const as = typeof options['as'] === 'string' ? options['as'] : flow.id
        byAddress.set(audienceOf(dialect, as), {
          flow: flow.id,
          dialect,
          as,
          program,
          ...(flow.title !== undefined && { title: flow.title }),
        })
      }
    }
    return byAddress
  }

  find(dialect: string, as: string): ServedFlow | undefined {
    return this.#byAddress.get(audienceOf(dialect, as))
  }

  of(dialect: string): readonly ServedFlow[] {
    return [...this.#byAddress.values()].filter((flow) => flow.dialect === dialect)
  }
}

/** The `aud` of a flow's tokens. */
export function audienceOf(dialect: string, as: string): string {
  return `${dialect}/${as}`
}
