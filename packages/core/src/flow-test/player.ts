import type { Answer, Intent, RequestValues } from '../engine/intent.js'
import type { Ended, Open, Reply } from '../engine/view.js'
import type { Machine } from '../machine/machine.js'
import type { JsonObject } from '../step/json.js'
import { answerValue, filledIn, NothingThere } from './answer-value.js'
import { callerValues } from './caller-values.js'
import type { Stage } from './stage.js'
import type { Doing } from './test-file.js'

/** Of what is played, and over which wire. */
export interface Played {
  readonly machine: Machine
  readonly dialect: string
  /** The flow's name on the wire. */
  readonly as: string
}

/** Somebody at the other end of the wire: remembers what a client would, and turns acts into intents. */
export class Player {
  #open: Open | undefined
  #outputs: JsonObject = {}
  #request: Omit<RequestValues, 'requestId'> = { languages: [], address: '192.0.2.1' }
  #last: Intent | undefined
  #count = 0

  constructor(
    private readonly stage: Stage,
    private readonly played: Played,
  ) {}

  /**
   * Does one act. @returns undefined for acts that are no requests.
   * @throws NothingThere when the act means something that is not there.
   */
  async do(doing: Doing): Promise<Reply | undefined> {
    const { world, engine } = this.stage
    if (doing.does === 'wait') {
      await this.stage.wait(doing.seconds)
      return undefined
    }
    if (doing.does === 'edit') {
      for (const [userName, change] of doing.people) {
        const [person] = await world.directory.find({ is: 'equals', field: 'userName', value: userName })
        // What may stand here was checked by name when the file was read.
        if (person) world.directory.edit(person.id, change)
      }
      return undefined
    }
    const intent = await this.#intent(doing)
    this.#last = intent
    const reply = await engine.handle(intent)
    this.#remember(intent, reply)
    await this.stage.delivered()
    return reply
  }

  async #intent(doing: Exclude<Doing, { readonly does: 'wait' | 'edit' }>): Promise<Intent> {
    const { world } = this.stage
    switch (doing.does) {
      case 'start': {
        this.#open = undefined
        const { caller } = doing
        const filled = caller.bearer === undefined ? undefined : filledIn(caller.bearer, world, this.#outputs)
        const bearer = typeof filled === 'string' ? filled : undefined
        this.#request = await callerValues({ ...caller, ...(bearer !== undefined && { bearer }) }, world)
        return this.#make('start', {
          answers: doing.answers.map((written): Answer => ({
            kind: 'open',
            input: written,
            read: (asked) => ({ is: 'value', value: answerValue(written, asked, this.played.machine, world, this.#outputs) }),
          })),
        })
      }
      case 'answer': {
        const { requirement } = this.#opened()
        const value = answerValue(doing.value, requirement, this.played.machine, world, this.#outputs)
        return this.#make('submit', { ...this.#carried(), answers: [{ kind: requirement.kind, value }] })
      }
      case 'choose': {
        const { requirement } = this.#opened()
        const options = requirement.options ?? []
        const target = options.find(({ step }) => step.id === doing.step)?.target
        if (target === undefined && requirement.kind === 'choice') {
          throw new NothingThere(
            `\`${doing.step}\` is not offered; offered are ${options.map(({ step }) => `\`${step.id}\``).join(', ') || 'none'}`,
          )
        }
        // Where a choice was made already, another option is picked by its id.
        return target === undefined
          ? this.#make('submit', { ...this.#carried(), answers: [{ kind: 'choice', value: { option: doing.step } }] })
          : this.#make('choose', { ...this.#carried(), target })
      }
      case 'become':
        return this.#make('become', { ...this.#carried(), slot: doing.slot })
      case 'approve':
      case 'deny': {
        const token = world.sent.findLast(({ approval }) => approval !== undefined)?.approval
        if (token === undefined) throw new NothingThere('no message with a link has been sent')
        return this.#make(doing.does, { carried: { is: 'approval', token } })
      }
      case 'follow': {
        const token = world.sent.findLast(({ resume }) => resume !== undefined)?.resume
        if (token === undefined) throw new NothingThere('no message with a link has been sent')
        return this.#make('look', { carried: token })
      }
      case 'describe':
        return this.#make('describe', {})
      case 'again':
        if (!this.#last) throw new NothingThere('there is no act before this one that could be sent again')
        return this.#last
      case 'resend':
      case 'open':
      case 'poll':
      case 'look':
      case 'cancel':
        return this.#make(doing.does, this.#carried())
      default:
        return doing satisfies never
    }
  }

  #make(act: Intent['act'], rest: Partial<Intent>): Intent {
    this.#count += 1
    const { dialect, as } = this.played
    // A conversation that has become another flow is called by the slot it is in.
    return {
      act,
      dialect,
      flow: this.#open?.address ?? as,
      answers: [],
      request: { ...this.#request, requestId: `act-${this.#count}` },
      ...rest,
    }
  }

  #opened(): Open {
    if (!this.#open) throw new NothingThere('no question is open: no conversation has begun, or it is over')
    return this.#open
  }

  /** How the dialect carries the conversation. Where a handle does, the requirement is named in the version's place. */
  #carried(): Partial<Intent> {
    const { token, handles, requirement } = this.#opened()
    const [first] = this.stage.parts.dialects.get(this.played.dialect)?.handles ?? []
    const handle = first === undefined ? undefined : handles[first]
    if (first === undefined || handle === undefined) return { carried: token }
    return { carried: { is: 'handle', handle, purpose: first }, target: requirement.target }
  }

  #remember({ act }: Intent, { view }: Reply): void {
    // Who follows a link sees another page than the client that waits.
    if (act === 'approve' || act === 'deny') return
    if (view?.is === 'open') this.#open = view
    if (view?.is === 'ended') this.#outputs = (view satisfies Ended).outputs
  }
}
