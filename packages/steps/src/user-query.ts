import { ask, defineStep, Directory, done, FILTER_FIELDS, hidden, isFilter, rejected, type Filter, type FilterField } from '@rekey/core'

/** Assertions that one filter may hold; old clients send four. */
const MAX_ASSERTIONS = 16

/** Finds the one person that a search is about. Nobody, several, or somebody who may not use the flow, all look like somebody. */
export const userQuery = defineStep({
  type: 'userQuery',
  version: 1,
  description: 'Finds the person by user name, mail address or another listed field',
  settings: {
    fields: {
      type: 'array',
      items: { type: 'string', enum: FILTER_FIELDS },
      minItems: 1,
      uniqueItems: true,
      default: ['userName', 'mail'],
      description: 'Fields that a search may name',
    },
    alternatives: {
      type: 'string',
      enum: ['agree', 'any'],
      default: 'agree',
      description: 'Of a search for several texts: all must find the same person, or any may; `any` is for trusted callers only',
    },
    states: {
      type: 'array',
      items: { type: 'string', enum: ['active', 'locked', 'disabled'] },
      minItems: 1,
      uniqueItems: true,
      default: ['active'],
      description: 'Account states that may use the flow; others are treated like unknown people',
    },
  },
  kind: 'identifier',
  asks: 'Find your account',
  answer: { filter: { type: 'object', description: 'Search for the account' } },
  required: ['filter'],
  names: true,
  refusal: { reason: 'no-match', at: '/filter' },
  inject: { directory: Directory },

  prepare: () => ask({ tag: 'initial' }),

  async submit({ settings, deps }, { filter }) {
    if (!isFilter(filter)) return rejected('filter-invalid', '/filter')
    const asserted = assertions(filter)
    const allowed: readonly FilterField[] = settings.fields
    if (asserted.length > MAX_ASSERTIONS || asserted.some(({ field }) => !allowed.includes(field)))
      return rejected('filter-field', '/filter')
    const identifier = identifierOf(asserted)
    const [found, another] = await deps.directory.find(settings.alternatives === 'any' ? filter : agreeing(filter, asserted))
    if (!found) return hidden('no-match', { identifier })
    if (another) return hidden('ambiguous', { identifier })
    if (!settings.states.includes(found.state)) return hidden(`state-${found.state}`, { identifier, principal: found })
    return done({ names: { principal: found, identifier } })
  },
})

type Assertion = Extract<Filter, { is: 'equals' }>

function assertions(filter: Filter): readonly Assertion[] {
  return filter.is === 'equals' ? [filter] : filter.of.flatMap(assertions)
}

/**
 * A search for this or that tells whether *this* exists, by whether *that* was found alone. So a search for several texts is one in which
 * all must find the same person; one text tried against several fields stays as it is.
 */
function agreeing(filter: Filter, asserted: readonly Assertion[]): Filter {
  if (new Set(asserted.map(({ value }) => value)).size <= 1) return filter
  return filter.is === 'or' || filter.is === 'and' ? { is: 'and', of: filter.of.map((part) => agreeing(part, assertions(part))) } : filter
}

/** What was typed: clients that try one text against several fields typed one text. */
function identifierOf(asserted: readonly Assertion[]): string {
  const values = [...new Set(asserted.map(({ value }) => value))]
  return values.length === 1
    ? (values[0] ?? '')
    : asserted
        .map(({ field, value }) => `${field}=${value}`)
        .toSorted()
        .join('&')
}
