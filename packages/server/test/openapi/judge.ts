import { isJsonObject, type Json, type JsonObject } from '@rekey/core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { valuesOf, type Answer, type Call } from '../wire/call.js'

/** A request and what it was answered with. */
export interface Exchange {
  readonly call: Call
  readonly answer: Answer
}

/** Where the schemas of a document are looked up. */
const DOCUMENT = 'https://rekey.example/openapi'

/** Compares what was really said with what a document says of it. */
export class Judge {
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
  readonly #responses: JsonObject
  readonly #paths: readonly (readonly [path: string, item: JsonObject])[]

  /** @param spelling the names of members whose letter case does not count on this wire, which JSON Schema cannot say. */
  constructor(
    document: JsonObject,
    private readonly spelling: readonly string[] = [],
  ) {
    // The document is no schema itself; its parts are reached by pointers into it.
    this.#ajv.addSchema(document, DOCUMENT, false, false)
    this.#responses = memberOf(memberOf(document, 'components'), 'responses')
    this.#paths = Object.entries(memberOf(document, 'paths')).map(([path, item]) => [path, isJsonObject(item) ? item : {}])
  }

  /** Every operation of the document: `POST /openidm/selfservice/reset`. */
  operations(): readonly string[] {
    return this.#paths.flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`))
  }

  /** The operation that a request is about. */
  operationOf(call: Call): string | undefined {
    const found = this.#find(call)
    return found && `${call.method} ${found.path}`
  }

  /** What of an exchange the document does not say, or says otherwise. */
  lies(exchange: Exchange): readonly string[] {
    return this.#compare(exchange, true)
  }

  /** The same of the answer alone, for requests that nobody promised anything about. */
  liesOfAnswer(exchange: Exchange): readonly string[] {
    return this.#compare(exchange, false)
  }

  #compare({ call, answer }: Exchange, withRequest: boolean): readonly string[] {
    const found = this.#find(call)
    const name = `${call.method} ${call.target.split('?')[0] ?? ''}`
    if (!found) return [`${name} is not described`]
    const own = memberOf(memberOf(found.operation, 'responses'), String(answer.status))
    const shared = /^#\/components\/responses\/(.+)$/.exec(textIn(own['$ref']))?.[1]
    const response = shared === undefined ? own : memberOf(this.#responses, shared)
    if (!('description' in response)) return [`${name}: ${answer.status} is not described`]
    const place = shared === undefined ? [...found.place, 'responses', String(answer.status)] : ['components', 'responses', shared]
    const asked = withRequest && isGood(answer) ? [...this.#query(call, found.operation), ...this.#body(call, found)] : []
    return [...this.#answer(answer, response, place), ...asked].map((lie) => `${name} ${answer.status}: ${lie}`)
  }

  #find(call: Call): { readonly path: string; readonly operation: JsonObject; readonly place: readonly string[] } | undefined {
    const path = (call.target.split('?')[0] ?? '').replace(/(?<=.)\/$/, '')
    const method = call.method.toLowerCase()
    for (const [pattern, item] of this.#paths) {
      const operation = item[method]
      if (isJsonObject(operation) && fits(pattern, path)) return { path: pattern, operation, place: ['paths', pattern, method] }
    }
    return undefined
  }

  #answer(answer: Answer, response: JsonObject, place: readonly string[]): readonly string[] {
    const content = memberOf(response, 'content')
    if (answer.text === '') return Object.keys(content).length === 0 ? [] : ['there is no body']
    const [type = ''] = (valuesOf(answer, 'Content-Type')[0] ?? '').split(';')
    if (!(type in content)) return [`the content type ${type} is not described`]
    const value: unknown = type.endsWith('json') ? JSON.parse(answer.text) : answer.text
    return this.#judge([...place, 'content', type, 'schema'], value)
  }

  #query(call: Call, operation: JsonObject): readonly string[] {
    const sent = new URLSearchParams(call.target.split('?')[1] ?? '')
    const described = Array.isArray(operation['parameters']) ? operation['parameters'].filter(isJsonObject) : []
    return described.flatMap((parameter) => {
      const name = textIn(parameter['name'])
      if (parameter['in'] === 'header' && parameter['required'] === true) return headerIn(call, name) ? [] : [`there is no header ${name}`]
      if (parameter['in'] !== 'query') return []
      const value = sent.get(name)
      if (value === null) return parameter['required'] === true ? [`there is no ${name}`] : []
      const allowed = memberOf(parameter, 'schema')['enum']
      return Array.isArray(allowed) && !allowed.includes(value) ? [`${name} is ${value}`] : []
    })
  }

  #body(
    { body, headers = {} }: Call,
    { operation, place }: { readonly operation: JsonObject; readonly place: readonly string[] },
  ): readonly string[] {
    const described = memberOf(operation, 'requestBody')
    const content = memberOf(described, 'content')
    if (body === undefined || String(body) === '') return described['required'] === true ? ['the request has no body'] : []
    if (Object.keys(content).length === 0) return []
    const given = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1]
    const [type = ''] = String(given ?? 'application/json').split(';')
    if (!(type in content)) return [`the content type ${type} of the request is not described`]
    const value: unknown = type.endsWith('json') ? JSON.parse(String(body)) : Object.fromEntries(new URLSearchParams(String(body)))
    return this.#judge([...place, 'requestBody', 'content', type, 'schema'], this.#spelt(value)).map((lie) => `request ${lie}`)
  }

  #spelt(value: unknown): unknown {
    if (!isJsonObject(value)) return value
    const spelling = new Map(this.spelling.map((name) => [name.toLowerCase(), name]))
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [spelling.get(name.toLowerCase()) ?? name, member]))
  }

  #judge(place: readonly string[], value: unknown): readonly string[] {
    const pointer = place.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
    const validate = this.#ajv.getSchema(`${DOCUMENT}#/${pointer}`)
    if (!validate) return [`there is no schema at ${pointer}`]
    if (validate(value) === true) return []
    return [`${this.#ajv.errorsText(validate.errors)}: ${JSON.stringify(value).slice(0, 300)}`]
  }
}

/** Whether a call did what it is there for. Some wires say 200 to whatever they have understood. */
function isGood({ status, text }: Answer): boolean {
  return status < 300 && !/^\{"(?:success":false|res":"failed")/.test(text)
}

function fits(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  return (
    wanted.length === given.length && wanted.every((part, at) => /^\{\w+\}$/.test(part) || part.toLowerCase() === given[at]?.toLowerCase())
  )
}

function headerIn({ headers = {} }: Call, name: string): boolean {
  return Object.keys(headers).some((given) => given.toLowerCase() === name.toLowerCase())
}

function textIn(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function memberOf(of: JsonObject, name: string): JsonObject {
  const value: Json | undefined = of[name]
  return isJsonObject(value) ? value : {}
}
