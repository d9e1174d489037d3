import type { EmittedTransport } from '@rekey/core'

/**
 * The client's half of this wire as TypeScript source, for modules that `rekey types` makes: it asks over `fetch` and reads what
 * `write.ts` draws.
 * @param as the flow's name in the path.
 */
export function forgerockClient(as: string): EmittedTransport {
  return { source: SOURCE.replace('PROCESS', encodeURIComponent(as).replaceAll("'", '%27')) }
}

const SOURCE = `/** As much of \`fetch\` as is used; that of browsers and of Node.js fits. */
export type Fetch = (
  url: string,
  request: { method: string; headers: Record<string, string>; body?: string },
) => Promise<{ readonly status: number; text(): Promise<string> }>

export interface ForgerockOptions {
  /** Address of the server with the base path: \`https://login.example.com/openidm\`. */
  readonly url: string
  readonly fetch: Fetch
  /** Name of the process in the path. */
  readonly process?: string
  /** Headers of every request, such as \`Accept-Language\`, or credentials other than those of the vendor's pages. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Reaches the flow by the self-service protocol of ForgeRock IDM. */
export function forgerock({ url, fetch, process = 'PROCESS', headers = {} }: ForgerockOptions): Transport {
  const address = \`\${url}/selfservice/\${encodeURIComponent(process)}\`
  const ask = async (method: string, query: string, body?: object): Promise<Reply> => {
    try {
      const response = await fetch(\`\${address}\${query}\`, {
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

/** The member \`input\`: a search as a query filter, answers to questions by their keys, everything else as it is. */
function forgerockInput(kind: string | undefined, answer: object): object {
  if (kind === 'identifier' && 'filter' in answer) return { queryFilter: queryFilter(answer.filter as Filter<string>) }
  return kind === 'answers' && 'answers' in answer && answer.answers instanceof Object ? answer.answers : answer
}

const FORGEROCK_FIELDS: ReadonlyMap<string, string> = new Map([
  ['phone', 'telephoneNumber'],
  ['surname', 'sn'],
])

function queryFilter(filter: Filter<string>): string {
  if (filter.is !== 'equals') return \`(\${filter.of.map(queryFilter).join(\` \${filter.is} \`)})\`
  const value = filter.value.replace(/[\\\\"]/g, '\\\\$&')
  return \`\${FORGEROCK_FIELDS.get(filter.field) ?? filter.field} eq "\${value}"\`
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
`
