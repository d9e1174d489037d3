import { ask, defineStep, done, type Json, type JsonObject } from '@rekey/core'

/** Longest value of one parameter that is kept, in UTF-16 units. */
const MAX_VALUE = 1024

/** Takes values that the application wants back at the end, such as where to return to. */
export const parameters = defineStep({
  type: 'parameters',
  version: 1,
  description: 'Takes values from the application and gives them back at the end of the flow',
  settings: {
    names: {
      type: 'array',
      items: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}$' },
      uniqueItems: true,
      maxItems: 16,
      default: ['returnParams'],
      description: 'Names of the values; others are ignored',
    },
  },
  kind: 'attributes',
  asks: 'Parameters',
  answerFor: ({ names }) =>
    Object.fromEntries(names.map((name) => [name, { type: 'string', maxLength: MAX_VALUE, description: `Parameter named '${name}'` }])),
  writesFor: ({ names }) => Object.fromEntries(names.map((name) => [name, { type: 'string', maxLength: MAX_VALUE, optional: true }])),

  prepare: () => ask({ tag: 'initial' }),

  submit({ settings }, answer) {
    const taken: Record<string, Json> = {}
    for (const name of settings.names) {
      const value = answer[name]
      if (value !== undefined) taken[name] = value
    }
    const values: JsonObject = taken
    return done({ facts: values, outputs: values })
  },
})
