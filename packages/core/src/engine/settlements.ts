import { stationOf } from '../machine/station.js'
import { Secret } from '../step/secret.js'
import { Changes } from './changes.js'
import { decodeMark } from './encoding.js'
import type { Intent } from './intent.js'
import type { Judge } from './judge.js'
import type { EngineParts } from './parts.js'
import type { Problem } from './problem.js'
import { note, type Sitting } from './sitting.js'

/**
 * What had to be settled before a request could be judged: nothing (`open`; the request is judged as ever), or something that decides it.
 * A `decided` sitting is to be committed; its problem, if any, is what this request is told.
 */
export type Settled = { readonly is: 'open' } | { readonly is: 'decided'; readonly problem?: Problem }

/** Settles what a dead holder left: a mark, or a change whose later steps were never entered. */
export class Settlements {
  readonly #changes: Changes

  constructor(
    private readonly parts: EngineParts,
    private readonly judge: Judge,
  ) {
    this.#changes = new Changes(parts)
  }

  /** @param intent absent for the resolver, who has no request of its own. */
  async settle(sitting: Sitting, mark: string | undefined, intent: Intent | undefined): Promise<Settled> {
    const asked = sitting.digest
    if (mark !== undefined) {
      const settled = await this.#settleMark(sitting, mark, asked, intent)
      if (settled.is === 'decided') return settled
    }
    const { unsettled } = sitting.snapshot
    if (unsettled === undefined) return { is: 'open' }
    await this.#goOn(sitting)
    return unsettled === asked || intent === undefined ? { is: 'decided' } : { is: 'decided', problem: { code: 'already-changed' } }
  }

  async #settleMark(sitting: Sitting, text: string, asked: string | undefined, intent: Intent | undefined): Promise<Settled> {
    const mark = decodeMark(sitting.snapshot.id, text)
    const same = intent !== undefined && mark.digest !== undefined && asked === mark.digest
    switch (await this.#changes.resolve(sitting, mark, same ? this.#passwordOf(sitting, intent) : undefined)) {
      case 'to-be-made-again':
        note(sitting, 'changed', undefined, 'resolved')
        sitting.dirty = true
        return { is: 'open' }
      case 'dropped':
        // The next commit clears the mark; if there is nothing else to write, this sitting writes for that alone.
        sitting.dirty = true
        return { is: 'open' }
      case 'superseded': {
        const step = stationOf(sitting.program, sitting.snapshot)?.node.id ?? ''
        sitting.snapshot = { ...sitting.snapshot, ended: { as: 'failed', reason: 'already-changed', step } }
        sitting.dirty = true
        sitting.problem = { code: 'already-changed' }
        note(sitting, 'change-superseded', step)
        note(sitting, 'ended', step, 'already-changed')
        return { is: 'decided' }
      }
      case 'applied': {
        note(sitting, 'changed', undefined, 'resolved')
        if (sitting.snapshot.ended) note(sitting, 'ended', sitting.snapshot.ended.step, 'completed')
        else await this.#changes.commitBetween(sitting)
        await this.#goOn(sitting)
        return same || intent === undefined ? { is: 'decided' } : { is: 'decided', problem: { code: 'already-changed' } }
      }
    }
  }

  /** Enters the steps behind an applied change; what comes of it is the answer to the request that made it. */
  async #goOn(sitting: Sitting): Promise<void> {
    const { unsettled } = sitting.snapshot
    sitting.digest = unsettled === undefined || unsettled === '' ? sitting.digest : unsettled
    sitting.snapshot = { ...sitting.snapshot, unsettled: undefined }
    sitting.moved = true
    sitting.dirty = true
    await this.judge.advance(sitting, [])
  }

  /** The new password of a repeated request, to ask the directory whether it is in force. */
  #passwordOf({ program, snapshot }: Sitting, { answers }: Intent): Secret | undefined {
    const station = stationOf(program, snapshot)
    if (station?.is !== 'step' || !snapshot.asked) return undefined
    const requirement = this.parts.views.requirement(station, snapshot, snapshot.asked, snapshot.opened)
    for (const answer of answers) {
      const read = answer.kind === 'open' ? answer.read(requirement) : { is: 'value' as const, value: answer.value }
      const password = read.is === 'value' ? read.value['password'] : undefined
      if (typeof password === 'string') return new Secret(password)
    }
    return undefined
  }
}
