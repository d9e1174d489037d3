import type { ConditionScope } from '../../src/condition/read-condition.js'
import { PRINCIPAL_PROFILE } from '../../src/condition/principal.js'
import { readCondition } from '../../src/condition/read-condition.js'
import type { Condition } from '../../src/machine/condition.js'

/** A place in a fragment that was included as `confirm`, with some of everything. */
export const SCOPE: ConditionScope = {
  principal: {
    ...PRINCIPAL_PROFILE,
    department: { type: 'string', optional: true },
    age: { type: 'integer', optional: true },
    score: { type: 'number', optional: true },
    vip: { type: 'boolean', optional: true },
    roles: { type: 'array', items: { type: 'string' }, optional: true },
  },
  facts: new Map([
    [
      'parameters',
      {
        step: 'confirm.parameters',
        writes: {
          audience: { type: 'string', enum: ['staff', 'public'] },
          count: { type: 'integer' },
          flag: { type: 'boolean' },
          note: { type: 'string', optional: true },
          tags: { type: 'array', items: { type: 'string' } },
          device: { type: 'object', properties: { id: { type: 'string' }, age: { type: 'integer' } }, required: ['id'] },
          rows: {
            type: 'array',
            items: { type: 'object', properties: { id: { type: 'string' }, of: { type: 'string' } }, required: ['id'] },
          },
          pin: { type: 'string', secret: true },
        },
      },
    ],
    ['inner.code', { step: 'confirm.inner.code', writes: { tries: { type: 'integer' } } }],
  ]),
  inputs: new Map<string, string | number | boolean | readonly string[]>([
    ['audience', 'staff'],
    ['groups', ['a', 'b']],
    ['none', []],
    ['least', 3],
    ['on', true],
  ]),
}

export function treeOf(text: string, scope: ConditionScope = SCOPE): Condition {
  const read = readCondition(text, scope)
  if (read.is === 'condition') return read.condition
  throw new Error(`${text}: ${read.faults.map((each) => each.message).join('; ')}`)
}

/** A tree as one line: `[a & !b]`, `[a | b]`. */
export function drawn(condition: Condition): string {
  switch (condition.is) {
    case 'cel':
      return condition.text
    case 'not':
      return `!${drawn(condition.of)}`
    case 'all':
      return `[${condition.of.map(drawn).join(' & ')}]`
    case 'any':
      return condition.of.length === 0 ? 'never' : `[${condition.of.map(drawn).join(' | ')}]`
    default:
      return condition satisfies never
  }
}
