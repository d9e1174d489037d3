import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ErrorObject } from 'ajv/dist/2020.js'
import type { Properties } from '@rekey/core'
import type { NewPerson } from './person.js'

/** A file of people after its shape has been checked. */
export interface SeedFile {
  readonly questions?: { readonly [id: string]: { readonly [language: string]: string } }
  /** Groups inside groups: the members by the outer group. */
  readonly groups?: { readonly [outer: string]: readonly string[] }
  readonly people: readonly SeedPerson[]
}

/** In the file a question's id may be a bare number. */
export interface SeedPerson extends Omit<NewPerson, 'answers'> {
  readonly answers?: readonly {
    readonly question?: string | number
    readonly ownQuestion?: string
    readonly answer: string
  }[]
}

/**
 * Checks the shape of a file of people.
 * @param attributes those that the configuration declares.
 */
export function checkSeed(
  value: unknown,
  attributes: Properties,
): { readonly seed: SeedFile } | { readonly fault: ErrorObject | undefined } {
  // The schema is ours, and attributes have been checked: to check it in turn costs more than all the rest.
  const validate = new Ajv2020({ allowUnionTypes: true, allErrors: true, meta: false, validateSchema: false }).compile<SeedFile>(
    schemaWith(attributes),
  )
  if (validate(value)) return { seed: value }
  // A word that is not known is the likely cause of one that is missing.
  return { fault: validate.errors?.find((error) => error.keyword === 'additionalProperties') ?? validate.errors?.[0] }
}

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength })

const schemaWith = (attributes: Properties) => ({
  type: 'object',
  required: ['people'],
  additionalProperties: false,
  properties: {
    questions: {
      type: 'object',
      additionalProperties: { type: 'object', minProperties: 1, additionalProperties: text(256) },
    },
    groups: { type: 'object', additionalProperties: { type: 'array', items: text(128) } },
    people: {
      type: 'array',
      items: {
        type: 'object',
        required: ['userName'],
        additionalProperties: false,
        properties: {
          id: text(128),
          userName: text(128),
          mail: text(254),
          phone: text(32),
          givenName: text(128),
          surname: text(128),
          locale: text(35),
          state: { enum: ['active', 'locked', 'disabled'] },
          groups: { type: 'array', items: text(128) },
          password: text(256),
          passwordHash: text(512),
          login: text(128),
          domain: text(255),
          principalName: text(254),
          distinguishedName: text(1024),
          // 128 bits at least, as RFC 4226 section 4 asks.
          totp: { type: 'string', pattern: '^[A-Z2-7]{26,128}$' },
          answers: {
            type: 'array',
            items: {
              type: 'object',
              required: ['answer'],
              additionalProperties: false,
              properties: { question: { type: ['string', 'integer'] }, ownQuestion: text(256), answer: text(256) },
            },
          },
          attributes: { type: 'object', additionalProperties: false, properties: attributes },
        },
      },
    },
  },
})
