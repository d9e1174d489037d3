import { ask, defineStep, done, type Registry, type SettingOrders } from '../../src/index.js'
import { registry as plain } from '../compile/registry.js'

/** Look-alikes of further built-in steps. */
const STEPS = [
  defineStep({
    type: 'restriction',
    version: 1,
    description: 'Lets the flow go on for some people only',
    settings: { allowedGroups: { type: 'array', items: { type: 'string' }, default: [] }, note: { type: 'string' } },
    needs: [],
    prepare: () => done(),
  }),
  defineStep({
    type: 'notify',
    version: 1,
    description: 'Mails a notice',
    settings: { template: { type: 'string', default: 'password-changed' } },
    needs: [],
    prepare: () => done(),
  }),
  defineStep({
    type: 'generatePassword',
    version: 1,
    description: 'Sets a random password',
    settings: { length: { type: 'integer', default: 12 } },
    needs: [],
    changes: 'password',
    outputs: { password: { type: 'string', secret: true } },
    prepare: () => done(),
  }),
  defineStep({
    type: 'wishes',
    version: 1,
    description: 'Takes values from the application',
    settings: { names: { type: 'array', items: { type: 'string' }, default: ['channel'] } },
    kind: 'attributes',
    asks: 'Wishes',
    answerFor: ({ names }) => Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
    writesFor: ({ names }) => Object.fromEntries(names.map((name) => [name, { type: 'string', optional: true }])),
    prepare: () => ask({ tag: 'initial' }),
    submit: () => done(),
  }),
]

export const registry: Registry = { ...plain, steps: new Map([...plain.steps, ...STEPS.map((step) => [step.type, step] as const)]) }

export const orders: SettingOrders = {
  kba: { ask: 'more' },
  restriction: { allowedGroups: 'less but some' },
  userQuery: { fields: 'less' },
}
