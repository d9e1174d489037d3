import type { Schema } from '@rekey/core'
import { group } from './groups.js'

/** The values of an attribute, where they are counted. */
const TEXTS = {
  type: 'array',
  items: { type: 'string', minLength: 1, maxLength: 256 },
  minItems: 1,
  maxItems: 256,
  uniqueItems: true,
} as const

/** The key `attributes` of `rekey.yaml`. */
export const ATTRIBUTES_SCHEMA = {
  type: 'object',
  maxProperties: 64,
  additionalProperties: group(
    'An attribute of people beside those that every directory has. Conditions of flows see it as `principal.<name>`, and ask for it with `has` first: somebody may lack it.',
    {
      type: {
        enum: ['string', 'integer', 'boolean', 'array'],
        description: 'What its values are; an `array` is a list of texts.',
      },
      items: group('The texts of a list.', {
        type: { enum: ['string'], default: 'string', description: 'Lists hold texts.' },
        enum: { ...TEXTS, description: 'The texts that may stand in the list. Default: any.' },
      }),
      enum: { ...TEXTS, description: 'The values of a text. Default: any.' },
      description: { type: 'string', maxLength: 512, description: 'What it means, for people.' },
    },
    ['type'],
  ),
  default: {},
  description: 'Further attributes of people, by name: `{ department: { type: string }, vip: { type: boolean } }`.',
} as const satisfies Schema
