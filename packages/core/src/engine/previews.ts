import { principalForConditions } from '../condition/principal.js'
import type { ConditionWorld } from '../condition/evaluate.js'
import { offeredOf, stationOf } from '../machine/station.js'
import type { AskedRequirement, Requirement } from '../step/requirement.js'
import { contextOf } from './handler-context.js'
import { lookAhead } from './lookahead.js'
import type { EngineParts } from './parts.js'
import { lacks, type People } from './people.js'
import type { LinkedStep } from './program.js'
import type { Sitting } from './sitting.js'
import type { Shown } from './view-of.js'

/** Questions that are shown before they are asked. */
export class Previews {
  constructor(
    private readonly parts: EngineParts,
    private readonly people: People,
  ) {}

  /** Whether anything is shown beside the open question. */
  showsMore({ snapshot, program }: Sitting, ahead: boolean): boolean {
    return !snapshot.ended && snapshot.asked !== undefined && (ahead || program.nodes[snapshot.at]?.is === 'choose')
  }

  /** What is shown beside the open question: the options of a choice, and what lies ahead, as far as it asks anything. */
  async shown(sitting: Sitting, ahead: boolean): Promise<Shown> {
    const { snapshot, program } = sitting
    const node = program.nodes[snapshot.at]
    const options = node?.is === 'choose' ? await this.#previews(sitting, offeredOf(node, snapshot)) : undefined
    if (!ahead) return options ? { options } : {}
    const behind: AskedRequirement[] = []
    for (const later of lookAhead(sitting, snapshot.at + 1, await this.#principal(sitting))) {
      if (later.is === 'step') behind.push(...(await this.#previews(sitting, [later.step])))
      else behind.push(this.parts.views.choice(snapshot, later.choice.node.id, await this.#previews(sitting, later.options)))
    }
    return { ...(options && { options }), ahead: behind }
  }

  /** Before something is proved, what conditions make of the person is told to nobody: a stranger who types a name learns nothing of its owner. */
  async #principal(sitting: Sitting): Promise<ConditionWorld['principal']> {
    const person = sitting.program.atoms.size > 0 ? await this.people.of(sitting) : undefined
    return person && sitting.snapshot.evidence.length > 0 ? principalForConditions(person) : undefined
  }

  /** Questions as they would be asked: each step is prepared, and its verdict shown and thrown away. A silent step asks none. */
  async #previews(sitting: Sitting, steps: readonly LinkedStep[]): Promise<readonly AskedRequirement[]> {
    const previews: AskedRequirement[] = []
    for (const step of steps) {
      const isOpen = sitting.snapshot.asked !== undefined && stationOf(sitting.program, sitting.snapshot) === step
      const asked = isOpen ? sitting.snapshot.asked : await this.preview(sitting, step)
      if (asked) previews.push(this.parts.views.requirement(step, sitting.snapshot, asked, isOpen && sitting.snapshot.opened))
    }
    return previews
  }

  /** What a step would ask of this person, or of what stands for them where they lack something. @returns undefined when it asks nothing. */
  async preview(sitting: Sitting, step: LinkedStep): Promise<Requirement | undefined> {
    const { needs, kind, changes } = step.definition
    if (kind === undefined) return undefined
    const round = { number: sitting.snapshot.round + 1, openedAt: sitting.now }
    const { who } = sitting.snapshot
    // What is asked of somebody is not known before it is known of whom.
    if (needs && !who) return undefined
    // Whether a change can be made for this person is nobody's business before it is asked for.
    if (changes !== undefined) return { tag: 'initial' }
    const person = await this.people.of(sitting)
    if (needs?.some((attribute) => lacks(person, attribute)) !== true) {
      const verdict = await step.prepare(contextOf(this.parts.digests, sitting, step, person, round))
      if (verdict.is === 'ask') return this.parts.views.lean(verdict.requirement)
    }
    if (!who || !sitting.person) return undefined
    // Somebody without a phone sees the option all the same, as strangers do; picking it leads into the shadow.
    const decoy = this.people.decoyOf(sitting.person, who)
    const instead = await step.prepare(contextOf(this.parts.digests, sitting, step, decoy, round))
    return instead.is === 'ask' ? this.parts.views.lean(instead.requirement) : undefined
  }
}
