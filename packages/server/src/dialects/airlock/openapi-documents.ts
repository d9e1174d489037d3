import type { JsonObject } from '@rekey/core'
import type { DescribedFlow } from '../../dialect/openapi.js'
import { body, closed, exactly, list, open, parameter, ref, response, TEXT, words } from '../../dialect/openapi-words.js'
import { SESSION_TYPES } from './document.js'
import { JSON_API, PLAIN_JSON } from './media-type.js'
import { codeOf } from './next-step.js'
import type { Area } from './place.js'
import { PROBLEMS, REASONS } from './problems.js'
import type { AirlockSettings } from './settings.js'

/** Of requests and answers alike. */
export const TYPES: readonly string[] = [JSON_API, PLAIN_JSON]

/** A body with these members; others are ignored. */
export function objectBody(members: JsonObject, optional: readonly string[] = []): JsonObject {
  return body(
    open(
      members,
      Object.keys(members).filter((name) => !optional.includes(name)),
    ),
    TYPES,
  )
}

export function headers({ csrfHeader }: AirlockSettings): readonly JsonObject[] {
  return csrfHeader ? [parameter('header', 'X-Same-Domain', TEXT, 'Any value: a foreign page cannot send it')] : []
}

const META = { type: exactly('jsonapi.metadata.document'), timestamp: { type: 'string', format: 'date-time' } }

/** A document with one thing, or with a list of things of one type. */
export function listOf(type: string, attributes: JsonObject, isList: boolean): JsonObject {
  const item = closed({ type: exactly(type), id: TEXT, attributes: closed(attributes) })
  return closed({ meta: closed(META), data: isList ? list(item) : item })
}

export function sessionName(area: Area): string {
  return area === 'public' ? 'PublicSession' : 'ProtectedSession'
}

/** The state of a flow: its next step, or no attribute at the end. */
export function sessionSchemas(area: Area, flows: readonly DescribedFlow[]): JsonObject {
  const running = closed({ nextStep: words(nextSteps(flows)), messageId: TEXT, serverMessage: TEXT }, ['messageId', 'serverMessage'])
  const attributes = { anyOf: [running, { title: 'End', ...closed({}) }] }
  const data = closed({ type: exactly(SESSION_TYPES[area]), id: { type: 'string', pattern: String.raw`^\d{18}$` }, attributes })
  return { [sessionName(area)]: closed({ meta: closed(META), data }) }
}

function nextSteps(flows: readonly DescribedFlow[]): readonly string[] {
  return flows.flatMap(({ steps, options }) => {
    const codes = steps.flatMap(({ requirement }) => (requirement ? [codeOf(requirement)] : []))
    const changes = options['area'] === 'protected' ? ['PASSWORD_CHANGE_REQUIRED'] : []
    return [...codes, ...changes, ...Object.values(options['nextSteps'] ?? {}).filter((code) => typeof code === 'string')]
  })
}

/** Codes that stand before any flow, by their status. */
const BEFORE: readonly (readonly [number, string])[] = [
  [403, 'CSRF_PROTECTION'],
  [403, 'FLOW_CONTINUATION_TOKEN_INVALID'],
  [404, 'NOT_FOUND'],
  [413, 'REQUEST_TOO_LARGE'],
  [415, 'UNSUPPORTED_MEDIA_TYPE'],
  [500, 'INTERNAL_ERROR'],
]

const CODES: readonly (readonly [number, string])[] = [...Object.values(PROBLEMS), ...REASONS.values(), ...BEFORE]

/** Every status that an error may have. */
export const STATUSES: readonly number[] = [...new Set(CODES.map(([status]) => status))].toSorted((a, b) => a - b)

export function errorsOf(statuses: readonly number[]): JsonObject {
  return Object.fromEntries(
    statuses.map((status) => {
      const codes = [...new Set(CODES.flatMap(([of, code]) => (of === status ? [code] : [])))]
      const schema = { allOf: [ref('Error'), open({ errors: list(open({ code: words(codes) })) })] }
      return [status, response(codes.map((code) => `\`${code}\``).join(', '), schema, { types: TYPES })]
    }),
  )
}

/** `nextStep` is there while the flow can go on. */
export function describedErrors(flows: readonly DescribedFlow[]): JsonObject {
  const source = { source: closed({ pointer: TEXT }), meta: closed({ type: exactly('jsonapi.metadata.validation.error'), detail: TEXT }) }
  const errors = { ...list(closed({ code: TEXT, ...source }, ['source', 'meta'])), minItems: 1, maxItems: 1 }
  const steps = nextSteps(flows)
  return closed({ meta: closed({ ...META, nextStep: steps.length === 0 ? TEXT : words(steps) }, ['nextStep']), errors })
}
