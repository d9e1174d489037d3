import { isJsonObject, type AskedRequirement, type Json, type JsonObject, type Question } from '@rekey/core'
import { consentMember } from './answer.js'
import { draft04, draft04Properties } from './draft04.js'

const SCHEMA = 'http://json-schema.org/draft-04/schema#'

/**
 * The requirements document of an open requirement: draft-04 JSON Schema with `$schema`, `description`, `type`, `required` (left out
 * when empty) and `properties`. Documents that depend on nobody are built once.
 * Source: `RequirementsBuilder` of the open-source tree, and the stage pages of the self-service reference.
 */
export function requirementsOf(requirement: AskedRequirement): JsonObject {
  const fixed = FIXED.get(requirement.step.type)
  if (fixed?.kind === requirement.kind) return fixed.document
  if (requirement.kind === 'answers') return questionsDocument(requirement.questions ?? [])
  if (requirement.kind === 'choice') return choiceDocument(requirement)
  if (requirement.kind === 'captcha') return captchaDocument(requirement)
  const built = BUILT.get(requirement.answer)
  if (built?.asks === requirement.asks && built.kind === requirement.kind && built.required === requirement.required) return built.document
  const document = Object.freeze(build(requirement))
  BUILT.set(requirement.answer, { asks: requirement.asks, kind: requirement.kind, required: requirement.required, document })
  return document
}

/** What the first page of a process shows when its first step asks nothing. */
export const NOTHING: JsonObject = Object.freeze({})

function schemaDocument(description: string, required: readonly string[], properties: JsonObject): JsonObject {
  return Object.freeze({
    $schema: SCHEMA,
    description,
    type: 'object',
    ...(required.length > 0 && { required }),
    properties,
  })
}

/** The vendor's own stages, word for word, by our type of the step. */
const FIXED: ReadonlyMap<string, { readonly kind: AskedRequirement['kind']; readonly document: JsonObject }> = new Map([
  [
    'userQuery',
    {
      kind: 'identifier',
      document: schemaDocument('Find your account', ['queryFilter'], {
        queryFilter: { description: 'filter string to find account', type: 'string' },
      }),
    },
  ],
  [
    'emailValidation',
    {
      kind: 'code',
      document: schemaDocument('Verify emailed code', ['code'], { code: { description: 'Enter code emailed', type: 'string' } }),
    },
  ],
  [
    'reset',
    {
      kind: 'newPassword',
      document: schemaDocument('Reset password', ['password'], { password: { description: 'Password', type: 'string' } }),
    },
  ],
])

/** Documents of other steps, by the schema of their answer: one object for each node of a linked machine, so the map forgets with it. */
const BUILT = new WeakMap<
  AskedRequirement['answer'],
  {
    readonly asks: string
    readonly kind: AskedRequirement['kind']
    readonly required: readonly string[]
    readonly document: JsonObject
  }
>()

function build(requirement: AskedRequirement): JsonObject {
  if (requirement.step.type === 'parameters') return parametersDocument(requirement)
  if (requirement.kind === 'consent') return consentDocument(requirement)
  if (requirement.kind === 'identifier' && 'filter' in requirement.answer) {
    return schemaDocument(requirement.asks, ['queryFilter'], {
      queryFilter: { description: 'filter string to find account', type: 'string' },
    })
  }
  return schemaDocument(requirement.asks, requirement.required, draft04Properties(requirement.answer))
}

function parametersDocument(requirement: AskedRequirement): JsonObject {
  const properties = Object.entries(requirement.answer).map(([name, schema]): [string, Json] => [
    name,
    { description: `Parameter named '${name}'`, type: schema.type ?? 'string' },
  ])
  return schemaDocument('Parameters', [], Object.fromEntries(properties))
}

/** Pages answer consent with a text, so the boolean of the step is drawn as one. */
function consentDocument(requirement: AskedRequirement): JsonObject {
  const own = consentMember(requirement)
  const [name, description] = requirement.step.type === 'termsAndConditions' ? ['accept', 'Accept'] : ['consentGiven', 'Consent given']
  const properties = Object.entries(requirement.answer).map(([member, schema]): [string, Json] =>
    member === own ? [name, { description: schema.description ?? description, type: 'string' }] : [member, draft04(schema)],
  )
  const required = requirement.required.map((member) => (member === own ? name : member))
  return schemaDocument(requirement.asks, required, Object.fromEntries(properties))
}

/** The one document that differs from person to person. A page needs `required`: it counts the questions there. */
function questionsDocument(questions: readonly Question[]): JsonObject {
  const properties = questions.map((question): [string, Json] => [question.key, questionProperty(question)])
  return schemaDocument(
    'Answer security questions',
    questions.map((question) => question.key),
    Object.fromEntries(properties),
  )
}

/**
 * A choice by the ids of its options, of those that are offered. The vendor has no such stage; what it draws for an enumeration is a text.
 * The first page of a flow that begins with a choice does not know them yet.
 */
function choiceDocument({ asks, options = [] }: AskedRequirement): JsonObject {
  const ids = options.map(({ step }) => step.id)
  return schemaDocument(asks, ['option'], {
    option: { description: 'Id of the step to take', type: 'string', ...(ids.length > 0 && { enum: ids }) },
  })
}

/**
 * A captcha with the key of the site beside the answer, where pages look for it. They know reCAPTCHA v2 alone: a page that shall draw another one
 * is told which, and its action, in members that the vendor does not have.
 * Source: captcha stage page of the self-service reference.
 */
function captchaDocument({ step, asks, answer, required, captcha }: AskedRequirement): JsonObject {
  const site: JsonObject = captcha
    ? {
        recaptchaSiteKey: captcha.siteKey,
        ...(captcha.vendor !== 'recaptcha-v2' && { captchaVendor: captcha.vendor }),
        ...(captcha.action !== undefined && { captchaAction: captcha.action }),
      }
    : {}
  if (step.type === 'captcha')
    return schemaDocument('Captcha stage', required, { response: { ...site, description: 'Captcha response', type: 'string' } })
  const [member] = required
  const properties = Object.entries(draft04Properties(answer)).map(([name, schema]): [string, Json] => [
    name,
    name === member && isJsonObject(schema) ? { ...site, ...schema } : schema,
  ])
  return schemaDocument(asks, required, Object.fromEntries(properties))
}

/** All translations of a configured question; the page chooses. A person's own question has one text. */
function questionProperty({ text }: Question): JsonObject {
  const own = text['']
  return own === undefined ? { systemQuestion: text, type: 'string' } : { userQuestion: own, type: 'string' }
}
