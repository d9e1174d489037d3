import type { Principal, StepDefinition, TakenValues, Verdict } from '@rekey/core'

/** What a test says of the conversation that a handler sees; the rest is filled in. */
export interface Given {
  readonly settings?: { readonly [name: string]: unknown }
  readonly deps?: { readonly [name: string]: unknown }
  readonly principal?: Principal
  readonly request?: TakenValues
  readonly now?: number
  readonly openedAt?: number
}

export const NOW = 1_767_323_045

export const ROUND = { conversation: 'c-1', step: 'code', number: 2 } as const

/** A person with everything a step may need. */
export const JDOE: Principal = {
  id: 'p-jdoe',
  userName: 'jdoe',
  mail: 'jdoe@example.com',
  phone: '+15550101',
  givenName: 'John',
  surname: 'Doe',
  state: 'active',
  groups: ['staff'],
  kba: [],
  hasPassword: true,
  credentialVersion: 'v-1',
}

/** Runs the handlers of a step with its default settings. */
export function runStep(step: StepDefinition, given: Given = {}) {
  const defaults = Object.fromEntries(
    Object.entries(step.settings).flatMap(([name, schema]) => (schema.default === undefined ? [] : [[name, schema.default]])),
  )
  const context = {
    settings: { ...defaults, ...given.settings },
    deps: given.deps ?? {},
    principal: given.principal ?? JDOE,
    facts: {},
    state: {},
    round: ROUND,
    now: given.now ?? NOW,
    openedAt: given.openedAt ?? given.now ?? NOW,
    request: given.request ?? {},
    languages: ['en'],
    pick: () => 0,
  }
  // Behind a definition the types of its own settings and services are known by schema only; the tests give what the schema says.
  const handlers = step as unknown as {
    prepare(context: unknown): Verdict | Promise<Verdict>
    submit?(context: unknown, answer: unknown): Verdict | Promise<Verdict>
    approved?(context: unknown): Verdict | Promise<Verdict>
  }
  return {
    prepare: async () => handlers.prepare(context),
    submit: async (answer: { readonly [name: string]: unknown }) => handlers.submit?.(context, answer),
    approved: async () => handlers.approved?.(context),
  }
}
