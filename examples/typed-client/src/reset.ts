// Made by `rekey types` from the flow reset, NNoDfwtcbnRzgVNjISzPj1ylFwxcCLev6qtBy9nZoI4.
// Do not edit it: change the flow and make it again.

/** Whatever JSON holds. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

export interface JsonObject {
  readonly [name: string]: Json
}

/** Why an answer was not taken, or why a conversation is over. */
export interface Problem {
  /**
   * `refused`: the answer was judged and not taken; the question stays open. `limited`, `unavailable`: nothing was judged; the same may be tried
   * again later. `over`: the conversation has expired, has ended, or was moved on from elsewhere. `changed`: the account was changed meanwhile.
   * `denied`: the server does not know this client, or this flow.
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
  /** Type of the step that asks; `choose` for a choice. */
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

/** What userQuery is answered with. */
export interface UserQueryAnswer {
  /** Search for the account */
  readonly filter: Filter<'userName' | 'mail'>
}

/** What may follow an answer to userQuery. */
export type UserQueryNext = EmailValidationState | UserQueryState | FailedState | UnknownState

/** Find your account */
export interface UserQueryState extends OpenState {
  readonly state: 'userQuery'
  readonly kind: 'identifier'
  answer(answer: UserQueryAnswer): Promise<UserQueryNext>
}

/** What emailValidation is answered with. */
export interface EmailValidationAnswer {
  /** Enter code emailed */
  readonly code: string
}

/** What may follow an answer to emailValidation. */
export type EmailValidationNext = ResetState | EmailValidationState | FailedState | UnknownState

/** Verify emailed code */
export interface EmailValidationState extends OpenState {
  readonly state: 'emailValidation'
  readonly kind: 'code'
  readonly channel: 'email'
  /** Where the message went, masked, on wires that tell it. */
  readonly to?: string
  answer(answer: EmailValidationAnswer): Promise<EmailValidationNext>
}

/** What reset is answered with. */
export interface ResetAnswer {
  /** Password */
  readonly password: string
}

/** What may follow an answer to reset. */
export type ResetNext = CompletedState | ResetState | FailedState | UnknownState

/** Reset password */
export interface ResetState extends OpenState {
  readonly state: 'reset'
  readonly kind: 'newPassword'
  answer(answer: ResetAnswer): Promise<ResetNext>
}

/** The good end of reset. */
export interface CompletedState {
  readonly state: 'completed'
  readonly outputs: {
    readonly [name: string]: Json | undefined
  }
}

/** Where a conversation of reset stands. Reset a password */
export type State = UserQueryState | EmailValidationState | ResetState | CompletedState | FailedState | CancelledState | UnknownState

/** Where a conversation may begin. */
export type FirstState = UserQueryState | FailedState | UnknownState

/** Asks what the flow wants first. A conversation begins with the first answer. */
export async function start(transport: Transport): Promise<FirstState> {
  // What may come first is in the table that the type was drawn with.
  return (await begin(transport)) as FirstState
}

/** Where the link of a message may lead. */
export type LinkedState = EmailValidationState

/** The state that the link of a message leads to, with the token of the link; nothing is sent before the answer. */
export function resume<Name extends LinkedState['state']>(
  transport: Transport,
  state: Name,
  token: string,
): Extract<State, { state: Name }> {
  // The plan of a state makes that state.
  return stateOf({ transport, asked: { type: typeOf(state), tag: '', token, raw: null } }, [state]) as Extract<State, { state: Name }>
}

function typeOf(state: string): string {
  return PLANS.find((plan) => plan.state === state)?.type ?? ''
}

/** As much of `fetch` as is used; that of browsers and of Node.js fits. */
export type Fetch = (
  url: string,
  request: { method: string; headers: Record<string, string>; body?: string },
) => Promise<{ readonly status: number; text(): Promise<string> }>

export interface ForgerockOptions {
  /** Address of the server with the base path: `https://login.example.com/openidm`. */
  readonly url: string
  readonly fetch: Fetch
  /** Name of the process in the path. */
  readonly process?: string
  /** Headers of every request, such as `Accept-Language`, or credentials other than those of the vendor's pages. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Reaches the flow by the self-service protocol of ForgeRock IDM. */
export function forgerock({ url, fetch, process = 'reset', headers = {} }: ForgerockOptions): Transport {
  const address = `${url}/selfservice/${encodeURIComponent(process)}`
  const ask = async (method: string, query: string, body?: object): Promise<Reply> => {
    try {
      const response = await fetch(`${address}${query}`, {
        method,
        headers: { ...FORGEROCK_HEADERS, ...headers },
        ...(body && { body: JSON.stringify(body) }),
      })
      return forgerockReply(response.status, objectIn(await response.text()))
    } catch (error) {
      return { is: 'refused', problem: { code: 'unavailable', message: error instanceof Error ? error.message : 'No answer' } }
    }
  }
  const submit = ({ token, kind, answer }: Call): Promise<Reply> =>
    ask('POST', '?_action=submitRequirements', { ...(token !== undefined && { token }), input: forgerockInput(kind, answer) })
  return {
    async describe() {
      const reply = await ask('GET', '')
      // A first step that asks nothing is shown all the same; an empty input passes it.
      const asksNothing = reply.is === 'asks' && Object.keys(memberOf(reply.asked.raw, 'requirements')).length === 0
      return asksNothing ? submit({ answer: {} }) : reply
    },
    submit,
  }
}

/** What the vendor's own pages send; the pair is no secret. */
const FORGEROCK_HEADERS = {
  'Content-Type': 'application/json',
  'X-OpenIDM-Username': 'anonymous',
  'X-OpenIDM-Password': 'anonymous',
  'X-OpenIDM-NoSession': 'true',
  'X-Requested-With': 'XMLHttpRequest',
}

/** Types of steps that go by another name on this wire. */
const FORGEROCK_STAGES: ReadonlyMap<string, string> = new Map([
  ['kbaSecurityAnswerVerificationStage', 'kba'],
  ['resetStage', 'reset'],
])

/** Texts by which this wire says that a conversation is over. */
const FORGEROCK_OVER: readonly string[] = ['Snapshot token is invalid', 'Invalid token', 'Unable to complete the process']

function forgerockReply(status: number, body: JsonObject): Reply {
  if (status !== 200) return forgerockProblem(status, body)
  if (body['tag'] === 'end') return { is: 'completed', outputs: memberOf(body, 'additions') }
  const requirements = memberOf(body, 'requirements')
  const asked = forgerockAsked(body, memberOf(requirements, 'properties'))
  return requirements['error'] === undefined
    ? { is: 'asks', asked }
    : { is: 'refused', asked, problem: problemOf('refused', memberOf(requirements, 'error')) }
}

function forgerockAsked(body: JsonObject, properties: JsonObject): Asked {
  const type = textOf(body['type'])
  const options = memberOf(properties, 'option')['enum']
  return {
    type: FORGEROCK_STAGES.get(type) ?? type,
    tag: textOf(body['tag']),
    ...(typeof body['token'] === 'string' && { token: body['token'] }),
    questions: Object.keys(properties).flatMap((key) => forgerockQuestion(key, memberOf(properties, key))),
    ...(Array.isArray(options) && { options: options.map(textOf) }),
    raw: body,
  }
}

function forgerockQuestion(key: string, property: JsonObject): readonly Question[] {
  const own = property['userQuestion']
  if (own !== undefined) return [{ key, text: { '': textOf(own) } }]
  if (property['systemQuestion'] === undefined) return []
  const texts = Object.entries(memberOf(property, 'systemQuestion'))
  return [{ key, text: Object.fromEntries(texts.map(([language, text]) => [language, textOf(text)])) }]
}

function forgerockProblem(status: number, body: JsonObject): Reply {
  const over = FORGEROCK_OVER.includes(textOf(body['message']))
  if (status >= 500) return { is: 'refused', problem: problemOf('unavailable', body) }
  if (status === 429) return { is: 'refused', problem: problemOf('limited', body) }
  if (status === 409) return { is: 'over', problem: problemOf('changed', body) }
  const weak = status === 403 && memberOf(body, 'detail')['failedPolicyRequirements'] !== undefined
  if (weak || (status === 400 && !over)) return { is: 'refused', problem: problemOf('refused', body) }
  return { is: 'over', problem: problemOf(over ? 'over' : 'denied', body) }
}

function problemOf(code: Problem['code'], { message, detail }: JsonObject): Problem {
  return { code, message: textOf(message) || 'No reason given', ...(detail !== undefined && { detail }) }
}

/** The member `input`: a search as a query filter, answers to questions by their keys, everything else as it is. */
function forgerockInput(kind: string | undefined, answer: object): object {
  if (kind === 'identifier' && 'filter' in answer) return { queryFilter: queryFilter(answer.filter as Filter<string>) }
  return kind === 'answers' && 'answers' in answer && answer.answers instanceof Object ? answer.answers : answer
}

const FORGEROCK_FIELDS: ReadonlyMap<string, string> = new Map([
  ['phone', 'telephoneNumber'],
  ['surname', 'sn'],
])

function queryFilter(filter: Filter<string>): string {
  if (filter.is !== 'equals') return `(${filter.of.map(queryFilter).join(` ${filter.is} `)})`
  const value = filter.value.replace(/[\\"]/g, '\\$&')
  return `${FORGEROCK_FIELDS.get(filter.field) ?? filter.field} eq "${value}"`
}

/** An object in JSON; an empty one where there is something else. */
function objectIn(text: string): JsonObject {
  try {
    return memberOf({ read: JSON.parse(text) as Json }, 'read')
  } catch {
    return {}
  }
}

function memberOf(value: Json, name: string): JsonObject {
  const member = isObject(value) ? value[name] : undefined
  return isObject(member) ? member : {}
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

const FIRST: Follows = {
  states: ['userQuery'],
  completes: false,
}

const PLANS: readonly Plan[] = [
  {
    state: 'userQuery',
    type: 'userQuery',
    kind: 'identifier',
    after: {
      states: ['emailValidation'],
      completes: false,
    },
  },
  {
    state: 'emailValidation',
    type: 'emailValidation',
    kind: 'code',
    channel: 'email',
    after: {
      states: ['reset'],
      completes: false,
    },
  },
  {
    state: 'reset',
    type: 'reset',
    kind: 'newPassword',
    after: {
      states: [],
      completes: true,
    },
  },
]

interface Follows {
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
