import { isJsonObject, type AskedRequirement, type JsonObject, type Schema } from '@rekey/core'
import type { DescribedFlow } from '../../dialect/openapi.js'
import { closed, exactly, list, membersOf, open, ref, TEXT, words } from '../../dialect/openapi-words.js'
import { consentMember } from './answer.js'
import { NOTHING, requirementsOf } from './requirements.js'
import { stageName } from './write.js'

/**
 * The stages that a process may show, each with the document that it shows.
 * @param more members beside type, tag and requirements.
 */
export function stagesOf({ steps }: DescribedFlow, more: JsonObject, optional: readonly string[] = []): readonly JsonObject[] {
  return steps.map(({ id, type, requirement }) => ({
    title: id,
    ...closed(
      {
        ...more,
        type: exactly(stageName(type)),
        tag: TEXT,
        requirements: requirement ? documentOf(requirement) : exactly(NOTHING),
      },
      optional,
    ),
  }))
}

/** A question that was answered badly may come again with an error inside. */
function documentOf(requirement: AskedRequirement): JsonObject {
  const error = ref('Error')
  if (requirement.kind === 'answers') return closed({ ...QUESTIONS, error }, ['error'])
  if (requirement.kind === 'captcha') return captchaDocument(requirement)
  return closed({ ...fixed(requirementsOf(requirement)), error }, ['error'])
}

/** The site is one of the configuration, which may change while flows stay as they are. */
function captchaDocument(requirement: AskedRequirement): JsonObject {
  const { properties, ...frame } = requirementsOf(requirement)
  const members = isJsonObject(properties) ? Object.entries(properties) : []
  const [member] = requirement.required
  const site: JsonObject = { recaptchaSiteKey: TEXT, captchaVendor: TEXT, captchaAction: TEXT }
  const drawn = members.map(([name, schema]): [string, JsonObject] => [
    name,
    name === member && isJsonObject(schema) ? closed({ ...site, ...fixed(schema) }, Object.keys(site)) : exactly(schema),
  ])
  return closed({ ...fixed(frame), properties: closed(Object.fromEntries(drawn)), error: ref('Error') }, ['error'])
}

function fixed(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, exactly(value)]))
}

const QUESTION: JsonObject = {
  anyOf: [
    closed({ systemQuestion: { type: 'object', additionalProperties: TEXT, description: 'By language' }, type: exactly('string') }),
    closed({ userQuestion: TEXT, type: exactly('string') }),
  ],
}

/** The one document that differs from person to person. */
const QUESTIONS: JsonObject = {
  $schema: exactly('http://json-schema.org/draft-04/schema#'),
  description: exactly('Answer security questions'),
  type: exactly('object'),
  required: list(TEXT),
  properties: { type: 'object', additionalProperties: QUESTION },
}

/** What the `input` of a call holds; members that the stage does not know are ignored. */
export function inputOf(requirement: AskedRequirement): JsonObject {
  const { kind, answer, required } = requirement
  switch (kind) {
    case 'identifier':
      if (!('filter' in answer)) return open(typed(answer), required)
      return open({ queryFilter: { ...TEXT, description: 'As in `userName eq "jdoe" or mail eq "jdoe@example.com"`' } }, ['queryFilter'])
    case 'answers':
      return { type: 'object', patternProperties: { [String.raw`^answer\d+$`]: TEXT } }
    case 'consent':
      return consentInput(requirement)
    case 'captcha':
      return { anyOf: [open({ response: TEXT }, ['response']), open({ 'g-recaptcha-response': TEXT }, ['g-recaptcha-response'])] }
    case 'code':
    case 'password':
    case 'newPassword':
    case 'attributes':
    case 'approval':
    case 'choice':
      return open(typed(answer), required)
  }
}

function consentInput(requirement: AskedRequirement): JsonObject {
  const own = consentMember(requirement)
  const { [own ?? '']: _given, ...others } = typed(requirement.answer)
  const given = words(['true', 'false'])
  return open(
    { ...others, accept: given, consentGiven: given },
    requirement.required.filter((name) => name !== own),
  )
}

/** Pages send numbers and truth values as text. */
function typed(answer: AskedRequirement['answer']): JsonObject {
  const drawn = membersOf(answer)
  return Object.fromEntries(Object.entries(drawn).map(([name, schema]) => [name, loose(schema, answer[name]?.type)]))
}

function loose(schema: JsonObject[string], type: Schema['type']): JsonObject[string] {
  switch (type) {
    case 'integer':
    case 'number':
      return { anyOf: [schema ?? {}, { type: 'string', pattern: String.raw`^-?\d+(?:\.\d+)?$` }] }
    case 'boolean':
      return { anyOf: [schema ?? {}, words(['true', 'false'])] }
    case 'string':
    case 'array':
    case 'object':
    case undefined:
      return schema
  }
}

/** What steps put out; a step whose outputs depend on its settings may add more. */
export function additionsOf({ steps }: DescribedFlow): JsonObject {
  return open(membersOf(Object.assign({}, ...steps.map(({ outputs }) => outputs))))
}
