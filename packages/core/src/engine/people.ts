import type { Evidence, Who } from '../machine/snapshot.js'
import type { Principal } from '../ports/directory.js'
import type { Verdict } from '../step/verdict.js'
import { decoyPrincipal, decoyWho } from './decoy.js'
import type { EngineParts } from './parts.js'
import type { LinkedStep } from './program.js'
import type { Met, Sitting } from './sitting.js'

/** Whom a conversation is about: the real person, or what stands for them in a shadow. */
export class People {
  constructor(private readonly parts: EngineParts) {}

  /** The person that handlers see: the real one, or what stands for them in a shadow. */
  async of(sitting: Sitting): Promise<Principal | undefined> {
    const { who } = sitting.snapshot
    if (!who) return undefined
    const { directory } = this.parts
    sitting.person = sitting.person?.id === who.id ? sitting.person : met(who.id, await directory.read(who.id))
    const { known } = sitting.person
    // Made for everybody, so that it takes no time to be somebody else.
    const decoy = this.decoyOf(sitting.person, who)
    if (known && !who.shadow && known.state === who.state) return known
    // Somebody deleted or locked in mid-conversation goes on like somebody who never was.
    if (!who.shadow) sitting.snapshot = { ...sitting.snapshot, who: { ...who, shadow: true } }
    return decoy
  }

  /** What stands for somebody in a shadow; made once a request. */
  decoyOf(person: Met, who: Who): Principal {
    const { digest, credentialVersion } = who
    if (person.decoy?.digest !== digest || person.decoy.credentialVersion !== credentialVersion) {
      const { digests, directory } = this.parts
      person.decoy = { digest, credentialVersion, principal: decoyPrincipal(who, person.known, digests, directory) }
    }
    return person.decoy.principal
  }

  /** The person was just named in this request: no second call to the directory, for anybody. */
  meet(sitting: Sitting, verdict: Verdict): void {
    const id = sitting.snapshot.who?.id
    if (id === undefined) return
    sitting.person = met(id, verdict.is === 'done' ? verdict.names?.principal : verdict.is === 'hidden' ? verdict.principal : undefined)
  }

  /** What the engine alone can say about a verdict: who it names or hides, and what it proves. */
  said(sitting: Sitting, node: LinkedStep, verdict: Verdict): { who?: Who; evidence?: Evidence } {
    const { digests, directory } = this.parts
    const { who } = sitting.snapshot
    if (verdict.is === 'hidden') {
      const { identifier, principal } = verdict
      if (identifier !== undefined) {
        const decoy = decoyWho(directory.normalise(identifier), digests)
        return {
          who: principal ? { ...decoy, id: principal.id, credentialVersion: principal.credentialVersion, state: principal.state } : decoy,
        }
      }
      return who ? { who: { ...who, shadow: true } } : {}
    }
    if (verdict.is !== 'done') return {}
    return {
      ...(verdict.names && { who: this.#named(verdict.names) }),
      ...(node.definition.proves && { evidence: this.#evidence(sitting, node, verdict.names?.principal) }),
    }
  }

  /** Somebody whom there is. What would stand for nobody is made as well, so that being somebody takes as long. */
  #named({ principal: { id, credentialVersion, state }, identifier }: NonNullable<Extract<Verdict, { is: 'done' }>['names']>): Who {
    const { digests, directory } = this.parts
    const decoy = decoyWho(directory.normalise(identifier), digests)
    return { ...decoy, id, credentialVersion, state, shadow: false }
  }

  #evidence(sitting: Sitting, { node, definition }: LinkedStep, named: Principal | undefined): Evidence {
    const { class: of = 'knowledge', channel = 'knowledge', subject } = definition.proves ?? {}
    const { who, subject: digest } = sitting.snapshot
    const about = named?.id ?? who?.id
    return {
      step: node.id,
      class: of,
      channel,
      ...(about !== undefined && { who: about }),
      ...(subject !== undefined && digest !== undefined && { subject: { attribute: subject, digest } }),
    }
  }

  /** What a question proves, as a digest of the attribute's present value; of what stands for somebody whom nobody knows, it takes as long. */
  subjectOf(sitting: Sitting, { definition }: LinkedStep): string | undefined {
    const subject = definition.proves?.subject
    const { person } = sitting
    const about = person?.known ?? person?.decoy?.principal
    if (subject === undefined || !person || !about) return undefined
    const before = person.subjects.get(subject)
    if (before !== undefined) return before
    const digest = this.parts.digests.ofSubject(subject, about)
    person.subjects.set(subject, digest)
    return digest
  }
}

function met(id: string, known: Principal | undefined): Met {
  return { id, known, subjects: new Map() }
}

/** Whether somebody lacks what a step needs. */
export function lacks(person: Principal | undefined, attribute: keyof Principal): boolean {
  const value = person?.[attribute]
  return value === undefined || (Array.isArray(value) && value.length === 0 && attribute === 'kba')
}
