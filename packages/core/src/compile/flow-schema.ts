import type { StepDefinition } from '../step/define-step.js'
import { isJsonObject, type Json, type JsonObject } from '../step/json.js'
import type { Properties, Schema } from '../step/schema.js'
import { DEFAULTS, DEFAULT_ATTEMPTS, MOST_FACTORS } from '../syntax/defaults.js'
import { RATE_PATTERN } from '../syntax/rate.js'
import { ENSURED, MOST_IN_ROW } from '../machine/machine.js'
import { CHOOSE, FLOW_ID, INCLUDE, LONGEST_ID, STEP_ID } from '../syntax/words.js'
import { DIAGNOSTIC_CODES } from '../diagnostics/codes.js'
import { hasSlots } from './link-slot.js'
import type { DialectFacts, Registry } from './registry.js'
import { whyUnfit } from './not-an-option.js'
import { SECRET_REFERENCE } from './settings-check.js'

const DURATION = { type: 'string', pattern: '^[1-9][0-9]{0,8}[smhd]$' } as const
const TEXT = { oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: { type: 'string' } }] } as const

/**
 * The JSON Schema (draft 2020-12) of flow files, for editors: completion, descriptions and red lines while typing. It says what can be
 * said of a file without its meaning; `compileFlows` says the rest.
 */
export function flowSchema(registry: Registry): JsonObject {
  const steps = [...registry.steps.values()]
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Rekey flow',
    type: 'object',
    if: { required: ['fragment'], properties: { fragment: true } },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: fragmentKeys(steps),
    else: flowKeys(registry, steps),
    $defs: Object.fromEntries(steps.map((step) => [step.type, itemSchema(step)])),
  }
}

function fragmentKeys(steps: readonly StepDefinition[]): JsonObject {
  return {
    required: ['fragment', 'steps'],
    ...group({
      fragment: { type: 'string', pattern: FLOW_ID.source, maxLength: LONGEST_ID, description: 'Name of the fragment, kebab-case' },
      description: { ...TEXT, description: 'What the fragment is for, or one text for each language' },
      inputs: {
        type: 'object',
        propertyNames: { pattern: STEP_ID.source },
        additionalProperties: inputSchema(),
        description: 'Values that whoever includes the fragment gives it',
      },
      steps: stepsSchema(steps),
    }),
  }
}

function inputSchema(): JsonObject {
  const types = { enum: ['string', 'integer', 'boolean', 'duration'] }
  const mapping = {
    ...group({
      type: types,
      enum: { type: 'array', items: { type: 'string' } },
      minimum: { type: 'integer' },
      maximum: { type: 'integer' },
      default: { type: ['string', 'integer', 'boolean'], description: 'Taken when an include gives none' },
      description: { type: 'string' },
    }),
    required: ['type'],
  }
  return { oneOf: [types, mapping] }
}

function stepsSchema(steps: readonly StepDefinition[]): JsonObject {
  return {
    type: 'array',
    minItems: 1,
    description: 'What the flow asks and does, in order',
    items: { anyOf: [namesSchema(steps), choiceSchema(steps), includeSchema(), ...steps.map(referTo)] },
  }
}

function flowKeys(registry: Registry, steps: readonly StepDefinition[]): JsonObject {
  return {
    required: ['flow', 'steps'],
    additionalProperties: false,
    properties: {
      flow: { type: 'string', pattern: FLOW_ID.source, maxLength: LONGEST_ID, description: 'Id of the flow, kebab-case, unique' },
      title: { ...TEXT, description: 'Title for people, or one for each language' },
      description: { ...TEXT, description: 'What the flow is for, or one text for each language' },
      speaks: speaksSchema([...registry.dialects.values()]),
      expires: { ...DURATION, default: DEFAULTS.expires, description: 'Life of a conversation' },
      unknownAccount: {
        enum: ['hide', 'reveal'],
        default: DEFAULTS.unknownAccount,
        description: 'Whether answers may tell a person who exists from one who does not',
      },
      require: requireSchema(),
      limits: limitsSchema(),
      allow: allowSchema(),
      ensure: {
        type: 'array',
        uniqueItems: true,
        items: { enum: [...ENSURED] },
        default: [...DEFAULTS.ensure],
        description: 'What must hold after a change',
      },
      steps: stepsSchema(steps),
    },
  }
}

function speaksSchema(dialects: readonly DialectFacts[]): JsonObject {
  const names = dialects.filter((dialect) => !hasSlots(dialect)).map(({ name }) => name)
  return {
    description: 'Dialects that expose the flow; by default those that name the flow in the path',
    oneOf: [
      { type: 'array', uniqueItems: true, items: { enum: names } },
      {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(dialects.map((dialect) => [dialect.name, spokenSchema(dialect)])),
      },
    ],
  }
}

/** Options of a dialect; with slots, the slot alone or beside the options. */
function spokenSchema(dialect: DialectFacts): JsonObject {
  if (!hasSlots(dialect)) return settingsSchema(dialect.options)
  const slot = { enum: dialect.slots, description: 'The slot that the flow takes' }
  const { properties } = settingsSchema(dialect.options)
  return { oneOf: [slot, { ...group({ ...(isJsonObject(properties) && properties), slot }), required: ['slot'] }] }
}

function requireSchema(): JsonObject {
  const { factors, distinctChannels } = DEFAULTS.require
  return {
    description: 'The proof that a change needs',
    oneOf: [
      { const: 'vouched' },
      {
        type: 'object',
        additionalProperties: false,
        properties: {
          factors: { type: 'integer', minimum: 1, maximum: MOST_FACTORS, default: factors },
          distinctChannels: { type: 'boolean', default: distinctChannels },
        },
      },
    ],
  }
}

function limitsSchema(): JsonObject {
  const rate = (fallback: string, description: string): JsonObject => ({
    type: 'string',
    pattern: RATE_PATTERN,
    default: fallback,
    description,
  })
  return {
    ...group({
      failures: group({
        principal: rate('5/h', 'Failed proofs of one person'),
        inRow: inRowSchema(),
      }),
      starts: group({ address: rate('600/h', 'Conversations begun from one network address') }),
      messages: group({
        conversation: {
          type: 'integer',
          minimum: 1,
          maximum: 100,
          default: DEFAULTS.limits.messages.conversation,
          description: 'Messages in one conversation',
        },
        destination: rate('5/h', 'Messages to one address or phone'),
        flow: { type: 'string', pattern: RATE_PATTERN, description: 'Messages of the flow in all; any number when absent' },
      }),
    }),
    description: 'How often something may happen: `5/h`, `3/15m`',
  }
}

function inRowSchema(): JsonObject {
  const { free, most } = DEFAULTS.limits.failures.inRow
  const count = (fallback: number, description: string): JsonObject => ({
    type: 'integer',
    minimum: 1,
    maximum: MOST_IN_ROW,
    default: fallback,
    description,
  })
  const duration = (fallback: string, description: string): JsonObject => ({ ...DURATION, default: fallback, description })
  return {
    ...group({
      free: count(free, 'How many cost nothing'),
      wait: duration('1m', 'The first wait; each further failure doubles it'),
      longest: duration('24h', 'The longest wait'),
      most: count(most, 'How many there can be until a success or an operator'),
    }),
    description: 'Failed proofs of one person in a row, at one type of step',
  }
}

function allowSchema(): JsonObject {
  const warnings = Object.entries(DIAGNOSTIC_CODES).filter(([, { severity }]) => severity === 'warning')
  return {
    type: 'array',
    description: 'Warnings that the author accepts',
    items: {
      ...group({
        code: { enum: warnings.map(([code]) => code) },
        at: { type: 'string', description: 'Id of a step' },
        reason: { type: 'string', minLength: 1 },
      }),
      required: ['code', 'reason'],
    },
  }
}

function group(properties: JsonObject): JsonObject {
  return { type: 'object', additionalProperties: false, properties }
}

function namesSchema(steps: readonly StepDefinition[]): JsonObject {
  return { enum: steps.map(({ type }) => type) }
}

/** Each step's schema stands once and is referred to from the list of steps and from choices. Source: RFC 6901 section 6. */
function referTo({ type }: StepDefinition): JsonObject {
  return { $ref: `#/$defs/${type.replaceAll('/', '~1')}` }
}

function choiceSchema(steps: readonly StepDefinition[]): JsonObject {
  const options = steps.filter((step) => whyUnfit(step) === undefined)
  return {
    ...group({
      [CHOOSE]: {
        type: 'array',
        minItems: 1,
        description: 'Steps of which the person, or the client, picks one',
        items: { anyOf: [namesSchema(options), ...options.map(referTo)] },
      },
      id: idSchema(`Name of the choice; by default \`${CHOOSE}\``),
      ...branchKeys('choice'),
      title: { ...TEXT, description: 'Title for people' },
    }),
    required: [CHOOSE],
  }
}

function includeSchema(): JsonObject {
  return {
    ...group({
      [INCLUDE]: {
        type: 'string',
        pattern: '^\\.{1,2}/.+\\.ya?ml$',
        description: 'Path of a fragment, relative to this file: its steps stand here',
      },
      id: idSchema("Put before the ids of its steps; by default the file's name"),
      when: whenSchema('the fragment'),
      with: { type: 'object', description: "Values for the fragment's inputs" },
    }),
    required: [INCLUDE],
  }
}

function branchKeys(of: string): JsonObject {
  return {
    when: whenSchema(`the ${of}`),
    onFail: { type: 'string', description: 'Where a failure leads: `end`, `restart`, or the id of an earlier step' },
  }
}

function whenSchema(of: string): JsonObject {
  return { type: ['string', 'boolean'], description: `Condition in CEL: ${of} is passed over when it does not hold` }
}

function idSchema(description: string): JsonObject {
  return { type: 'string', pattern: STEP_ID.source, maxLength: LONGEST_ID, description }
}

function itemSchema(step: StepDefinition): JsonObject {
  return {
    ...group({
      [step.type]: { ...settingsSchema(step.settings), description: step.description },
      id: idSchema('Name of the step; by default its type'),
      ...branchKeys('step'),
      attempts: {
        type: 'integer',
        minimum: 1,
        maximum: 100,
        default: step.attempts ?? DEFAULT_ATTEMPTS,
        description: 'Wrong answers that end the conversation',
      },
      title: { ...TEXT, description: 'Title for people' },
    }),
    required: [step.type],
  }
}

function settingsSchema(properties: Properties): JsonObject {
  return {
    type: ['object', 'null'],
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, orInput(portable(schema))])),
  }
}

/** In a fragment a setting may be an input of it. */
function orInput({ description, default: fallback, ...schema }: JsonObject): JsonObject {
  return {
    anyOf: [schema, { type: 'string', pattern: '^\\$\\{inputs\\.[A-Za-z]\\w*\\}$' }],
    ...(description !== undefined && { description }),
    ...(fallback !== undefined && { default: fallback }),
  }
}

/** Our schemas in words every editor knows: JSON Schema's own `duration` format means ISO 8601, and nobody knows `secret`. */
function portable(schema: Schema): JsonObject {
  const { format, longest: _longest, secret, items, properties, additionalProperties, oneOf, ...rest } = schema
  return {
    ...jsonObject(rest),
    ...(format === 'duration' && { pattern: DURATION.pattern }),
    ...(secret === true && { pattern: SECRET_REFERENCE }),
    ...(items && { items: portable(items) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, member]): [string, Json] => [name, portable(member)])),
    }),
    ...(additionalProperties !== undefined && {
      additionalProperties: typeof additionalProperties === 'boolean' ? additionalProperties : portable(additionalProperties),
    }),
    ...(oneOf && { oneOf: oneOf.map(portable) }),
  }
}

/** Schemas are data; what JSON cannot hold (a default that is a function) is left out. */
function jsonObject(value: object): JsonObject {
  const plain: unknown = JSON.parse(JSON.stringify(value))
  return isJsonObject(plain) ? plain : {}
}
