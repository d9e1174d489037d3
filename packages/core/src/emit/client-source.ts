/**
 * What every emitted module begins with: the words that all flows share. It knows no wire; a transport does.
 */
export const CLIENT_TYPES = `/** Whatever JSON holds. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

export interface JsonObject {
  readonly [name: string]: Json
}

/** Why an answer was not taken, or why a conversation is over. */
export interface Problem {
  /**
   * \`refused\`: the answer was judged and not taken; the question stays open. \`limited\`, \`unavailable\`: nothing was judged; the same may be tried
   * again later. \`over\`: the conversation has expired, has ended, or was moved on from elsewhere. \`changed\`: the account was changed meanwhile.
   * \`denied\`: the server does not know this client, or this flow.
   */
  readonly code: 'refused' | 'limited' | 'unavailable' | 'over' | 'changed' | 'denied'
  readonly message: string
  readonly detail?: Json
}

/** A security question; its texts by language, or under the empty language what somebody wrote for themselves. */
export interface Question {
  /** Names its answer. */
  readonly key: string
  readonly text: { readonly [language: string]: string }
}

/** A search for a person. */
export type Filter<Field extends string> =
  | { readonly is: 'equals'; readonly field: Field; readonly value: string }
  | { readonly is: 'and' | 'or'; readonly of: readonly Filter<Field>[] }

/** The search for whoever has this value. */
export function equals<Field extends string>(field: Field, value: string): Filter<Field> {
  return { is: 'equals', field, value }
}

/** A question as a wire tells it. */
export interface Asked {
  /** Type of the step that asks; \`choose\` for a choice. */
  readonly type: string
  readonly tag: string
  /** Absent before the conversation has begun. */
  readonly token?: string
  readonly to?: string
  readonly questions?: readonly Question[]
  readonly options?: readonly string[]
  /** All that the wire told, as it came. */
  readonly raw: Json
}

/** What a server says: the next question, the good end, that the same question stays open, or that it is over. */
export type Reply =
  | { readonly is: 'asks'; readonly asked: Asked }
  | { readonly is: 'completed'; readonly outputs: JsonObject }
  | { readonly is: 'refused'; readonly problem: Problem; readonly asked?: Asked }
  | { readonly is: 'over'; readonly problem: Problem }

/** An answer on its way. */
export interface Call {
  /** Absent for the first answer, which begins the conversation. */
  readonly token?: string
  /** Kind of the question; absent where the answer is to be sent as it is. */
  readonly kind?: string
  readonly answer: object
}

/** The way to a server that serves the flow. */
export interface Transport {
  /** What the first step asks; begins nothing where it asks anything. */
  describe(): Promise<Reply>
  submit(call: Call): Promise<Reply>
}

/** What all states have in which something is asked. */
export interface OpenState {
  readonly tag: string
  /** Stands for the conversation as it is now; it is good for one answer. Absent before the first. */
  readonly token?: string
  /** Why the last answer was not taken. */
  readonly problem?: Problem
  /** All that the wire told of the question. */
  readonly raw: Json
  /** Gives up: the token is forgotten, and the server lets the conversation run out. */
  cancel(): CancelledState
}

/** Nothing can follow. A new start may do better. */
export interface FailedState {
  readonly state: 'failed'
  readonly problem: Problem
}

/** Given up by this client. */
export interface CancelledState {
  readonly state: 'cancelled'
}

/** What this module does not know or cannot tell apart: the flow on the server is newer, or another one. */
export interface UnknownState extends OpenState {
  readonly state: 'unknown'
  readonly type: string
  /** What the flow gave, where it came to an end that was not to be expected. */
  readonly outputs?: JsonObject
  /** Sends an answer as it is. */
  answer(input: JsonObject): Promise<State>
}
`

/** How states are made of what a server says; ends every module. The table `PLANS` and the types above it are drawn from one machine. */
export const CLIENT_CODE = `interface Follows {
  readonly states: readonly string[]
  readonly completes: boolean
}

interface Plan {
  readonly state: string
  readonly type: string
  readonly kind: string
  readonly channel?: string
  /** Of a choice: what may follow each pick. */
  readonly options?: readonly { readonly option: string; readonly after: Follows }[]
  readonly after: Follows
}

/** Where a conversation stands. */
interface Place {
  readonly transport: Transport
  readonly asked: Asked
  readonly problem?: Problem
}

async function begin(transport: Transport): Promise<State> {
  const reply = await transport.describe()
  switch (reply.is) {
    case 'asks':
      return stateOf({ transport, asked: reply.asked }, FIRST.states)
    case 'completed':
      return ending(transport, reply.outputs, FIRST)
    case 'refused':
    case 'over':
      return { state: 'failed', problem: reply.problem }
  }
}

/** Sends an answer. What is not taken leaves the state as it was, with a problem. */
async function send(place: Place, call: Pick<Call, 'kind' | 'answer'>, after: Follows, again: (place: Place) => State): Promise<State> {
  const { transport, asked } = place
  const reply = await transport.submit({ ...call, ...(asked.token !== undefined && { token: asked.token }) })
  switch (reply.is) {
    case 'asks':
      return stateOf({ transport, asked: reply.asked }, after.states)
    case 'completed':
      return ending(transport, reply.outputs, after)
    case 'refused':
      return again({ transport, asked: reply.asked ?? asked, problem: reply.problem })
    case 'over':
      return { state: 'failed', problem: reply.problem }
  }
}

function stateOf(place: Place, expected: readonly string[]): State {
  const [plan, another] = PLANS.filter(({ state, type }) => expected.includes(state) && type === place.asked.type)
  return plan && !another ? known(place, plan) : unknown(place)
}

function known(place: Place, plan: Plan): State {
  const { asked } = place
  const again = (next: Place): State => known(next, plan)
  const state = {
    state: plan.state,
    kind: plan.kind,
    ...(plan.channel !== undefined && { channel: plan.channel }),
    ...openState(place),
    ...(asked.to !== undefined && { to: asked.to }),
    ...(plan.kind === 'answers' && { questions: asked.questions ?? [] }),
    ...(plan.options
      ? {
          options: plan.options.map(({ option }) => option).filter((option) => asked.options?.includes(option) === true),
          choose: (option: string) => send(place, { kind: plan.kind, answer: { option } }, afterPick(plan, option), again),
        }
      : { answer: (answer: object) => send(place, { kind: plan.kind, answer }, plan.after, again) }),
  }
  return asState(state)
}

/** The members of what is built here are those of the types above: both are drawn from one machine. */
function asState(state: object): State {
  return state as unknown as State
}

function afterPick({ options = [], after }: Plan, picked: string): Follows {
  return options.find(({ option }) => option === picked)?.after ?? after
}

function unknown(place: Place): UnknownState {
  const anything: Follows = { states: PLANS.map(({ state }) => state), completes: true }
  return {
    state: 'unknown',
    type: place.asked.type,
    ...openState(place),
    answer: (answer) => send(place, { answer }, anything, unknown),
  }
}

function openState({ asked, problem }: Place): OpenState {
  return {
    tag: asked.tag,
    ...(asked.token !== undefined && { token: asked.token }),
    ...(problem && { problem }),
    raw: asked.raw,
    cancel: () => ({ state: 'cancelled' }),
  }
}

function ending(transport: Transport, outputs: JsonObject, { completes }: Follows): State {
  if (completes) return asState({ state: 'completed', outputs })
  return { ...unknown({ transport, asked: { type: '', tag: 'end', raw: null } }), outputs }
}
`
