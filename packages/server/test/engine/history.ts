import { AsyncLocalStorage } from 'node:async_hooks'
import type { Answer, Carried, Directory, Intent, Reply, RequirementKind } from '@rekey/core'
import { answered, blue, intent, named, password, picked, typed } from './acts.js'
import { overridden } from './overridden.js'
import { openRig, type FlowSpec, type Rig } from './rig.js'
import type { Moment, RandomAct, RandomAnswer, RandomCarrier } from './random-acts.js'

type Factor = 'kba' | 'email' | 'sms'

/** The flows that random acts try, each with the sets of factors of which one must be complete before a password may change. */
export const FLOWS: readonly (FlowSpec & { readonly earned: readonly (readonly Factor[])[] })[] = [
  { id: 'reset', steps: ['userQuery', 'emailValidation', 'reset'], earned: [['email']] },
  {
    id: 'login',
    steps: ['userQuery', { choose: ['emailValidation', 'smsValidation', 'kba'] }, 'reset'],
    earned: [['email'], ['sms'], ['kba']],
  },
  {
    id: 'twice',
    steps: ['userQuery', 'kba', 'emailValidation', 'reset', 'generatePassword'],
    machine: { require: { factors: 2, distinctChannels: true } },
    earned: [['kba', 'email']],
  },
  {
    id: 'winding',
    steps: [
      'userQuery',
      { type: 'kba', attempts: 2, onFail: 'userQuery' },
      {
        choose: [
          { type: 'emailValidation', attempts: 2, onFail: 'choice' },
          { type: 'smsValidation', attempts: 1, onFail: 'userQuery', when: 'has(principal.phone)' },
        ],
        onFail: 'kba',
      },
      { type: 'reset', attempts: 1, onFail: 'choice' },
      { type: 'notify', when: 'has(principal.mail)' },
    ],
    machine: { require: { factors: 2, distinctChannels: true } },
    earned: [
      ['kba', 'email'],
      ['kba', 'sms'],
    ],
  },
]

/** What is known of one conversation from outside. */
interface Known {
  readonly id: string
  flow: string
  readonly userName: string
  readonly tokens: string[]
  handle: string
  readonly targets: { readonly [step: string]: string }[]
  /** The kind of the open question. */
  open: RequirementKind
  /** Factors whose right answer was ever sent, since it last became another flow. */
  readonly sent: Set<Factor>
}

/** What one act did that a property can be about. */
export interface Trace {
  readonly act: RandomAct['act']
  readonly reply: Reply
  /** The answer to the same request, sent again at once; absent where each sending is meant. */
  readonly again?: Reply
}

/** A password change, with all that was sent before it in its conversation. */
export interface SeenChange {
  readonly person: string
  readonly of: string
  readonly flow: string
  readonly sent: readonly Factor[]
}

/** What a person would answer to a question of each kind. */
const FITTING: Partial<Readonly<Record<RequirementKind, RandomAnswer>>> = {
  identifier: 'name',
  code: 'code',
  answers: 'right',
  newPassword: 'password',
  choice: 'mail',
}

/** Acts that mean the same however often they are sent with the same token. */
const ONCE = new Set<Intent['act']>(['submit', 'choose', 'cancel', 'look'])

/** Plays random acts against one engine, and watches what comes of them. */
export class History {
  readonly #acting = new AsyncLocalStorage<Known>()
  readonly #known: Known[] = []
  readonly changes: SeenChange[] = []
  readonly traces: Trace[] = []
  #rig: Rig | undefined

  private constructor(private readonly knows: readonly string[]) {}

  /** @param knows the user names of those whose mail, telephone and answers the actor has. */
  static async open(knows: readonly string[]): Promise<History> {
    const history = new History(knows)
    history.#rig = await openRig({
      flows: FLOWS,
      ways: { handles: ['session'], becomes: { login: ['reset'] } },
      directory: (real) => history.#watched(real),
    })
    return history
  }

  get rig(): Rig {
    if (!this.#rig) throw new Error('the history was not opened')
    return this.#rig
  }

  async play(moment: Moment): Promise<void> {
    await Promise.all(moment.map((act) => this.#do(act, moment.length === 1)))
    await this.rig.delivered()
  }

  async #do(act: RandomAct, alone: boolean): Promise<void> {
    switch (act.act) {
      case 'start':
        return this.#start(act)
      case 'wait':
        return this.rig.advance(act.seconds)
      case 'move':
        return this.rig.admin.setMail(act.id, act.mail)
      case 'approve':
      case 'deny':
      case 'lookByLink':
        return this.#follow(act)
      case 'submit':
      case 'open':
      case 'resend':
      case 'choose':
      case 'poll':
      case 'cancel':
      case 'look':
      case 'become':
        return this.#carry(act, alone)
    }
  }

  async #start({ flow, userName, answers }: Extract<RandomAct, { act: 'start' }>): Promise<void> {
    const { id } = at(FLOWS, flow) ?? { id: 'reset' }
    const known: Known = { id: '', flow: id, userName, tokens: [], handle: '', targets: [], open: 'identifier', sent: new Set() }
    const given = [named(userName), ...answers.map((answer) => this.#answer(answer, known))]
    const reply = await this.#acting.run(known, () => this.rig.engine.handle(intent('start', { flow: id, answers: given })))
    this.traces.push({ act: 'start', reply })
    if (reply.view?.is === 'open') this.#known.push(this.#learn({ ...known, id: reply.view.conversation }, reply))
  }

  async #carry({ act, carrier, target, answers }: Extract<RandomAct, { carrier: RandomCarrier }>, alone: boolean): Promise<void> {
    const known = at(this.#known, carrier.conversation)
    if (!known) return
    const wanted = this.#target(target, known)
    const wish = intent(act, {
      flow: '',
      carried: carriedBy(carrier, known),
      answers: answers.map((answer) => this.#answer(answer, known)),
      ...(act === 'become' && { slot: 'reset' }),
      ...(wanted !== undefined && { target: wanted }),
    })
    const reply = await this.#acting.run(known, () => this.rig.engine.handle(wish))
    const again = alone && ONCE.has(act) ? await this.#acting.run(known, () => this.rig.engine.handle(wish)) : undefined
    this.traces.push({ act, reply, ...(again && { again }) })
    this.#learn(known, reply)
  }

  async #follow({ act, letter }: Extract<RandomAct, { letter: number }>): Promise<void> {
    const mailed = at(
      this.rig.due().filter(({ link }) => link !== undefined),
      letter,
    )
    const known = this.#known.find(({ id }) => id === mailed?.conversation)
    if (!mailed?.link || !known || !this.knows.includes(known.userName)) return
    if (act === 'approve') known.sent.add('email')
    const carried: Carried = { is: 'approval', token: mailed.link.approval }
    const wish = intent(act === 'lookByLink' ? 'look' : act, { flow: '', carried })
    this.traces.push({ act, reply: await this.#acting.run(known, () => this.rig.engine.handle(wish)) })
  }

  #answer(answer: RandomAnswer, known: Known): Answer {
    switch (answer) {
      case 'fitting':
        return this.#answer(FITTING[known.open] ?? 'wrong', known)
      case 'code': {
        if (!this.knows.includes(known.userName)) return this.#answer('codeOfAnother', known)
        const letter = this.rig.due(known.id).findLast(({ code }) => code !== undefined)
        if (letter) known.sent.add(letter.message.channel)
        return typed(letter?.code?.reveal() ?? '00000000')
      }
      case 'codeOfAnother':
        return typed(this.#codeOfAnother(known))
      case 'wrongCode':
        return typed('12345')
      case 'right':
        if (!this.knows.includes(known.userName)) return this.#answer('wrong', known)
        known.sent.add('kba')
        return blue
      case 'wrong':
        return answered('Red')
      case 'password':
        return password(`N3w-passw0rd-${this.changes.length}`)
      case 'weakPassword':
        return password('short')
      case 'mail':
        return picked('emailValidation')
      case 'sms':
        return picked('smsValidation')
      case 'name':
        return named('asmith')
    }
  }

  /** A code that the actor has got, for somebody it knows; some guess where there is none. */
  #codeOfAnother({ id }: Known): string {
    const theirs = this.#known.filter((other) => other.id !== id && this.knows.includes(other.userName)).map((other) => other.id)
    const letter = this.rig.due().find(({ conversation, code }) => theirs.includes(conversation) && code !== undefined)
    return letter?.code?.reveal() ?? '87654321'
  }

  #target(target: string, known: Known): string | undefined {
    const newest = known.targets.at(-1) ?? {}
    switch (target) {
      case 'open':
        return newest['open']
      case 'mail':
        return newest['emailValidation']
      case 'sms':
        return newest['smsValidation']
      case 'stale':
        return known.targets[0]?.['open']
      default:
        return undefined
    }
  }

  #learn(known: Known, { view }: Reply): Known {
    if (view?.is !== 'open') return known
    // What was proved before it became another flow proves nothing any more.
    if (view.address !== known.flow) known.sent.clear()
    known.flow = view.address
    if (!known.tokens.includes(view.token)) known.tokens.push(view.token)
    known.open = view.requirement.kind
    known.handle = view.handles['session'] ?? ''
    const { requirement } = view
    const options = Object.fromEntries((requirement.options ?? []).map(({ step, target }) => [step.id, target]))
    known.targets.push({ ...known.targets.at(-1), ...options, open: requirement.target })
    return known
  }

  #watched(real: Directory): Directory {
    return overridden(real, {
      setPassword: async (wanted) => {
        const known = this.#acting.getStore()
        this.changes.push({ person: wanted.id, of: known?.userName ?? '', flow: known?.flow ?? '', sent: [...(known?.sent ?? [])] })
        return real.setPassword(wanted)
      },
    })
  }
}

function carriedBy({ as, age }: RandomCarrier, { tokens, handle }: Known): Carried {
  const newest = tokens.at(-1) ?? ''
  if (as === 'newest') return newest
  if (as === 'older') return at(tokens, age) ?? newest
  if (as === 'bent') return `${newest.slice(0, -1)}${newest.endsWith('A') ? 'B' : 'A'}`
  return { is: 'handle', handle, purpose: 'session' }
}

function at<T>(list: readonly T[], index: number): T | undefined {
  return list[index % Math.max(1, list.length)]
}
