import type { Condition } from '../machine/condition.js'

/** A condition as CEL, for people. */
export function showCondition(condition: Condition): string {
  switch (condition.is) {
    case 'cel':
      return condition.text
    case 'not':
      return negated(condition.of)
    case 'all':
      return condition.of.length === 0 ? 'true' : condition.of.map(part).join(' && ')
    case 'any':
      return condition.of.length === 0 ? 'false' : condition.of.map(part).join(' || ')
    default:
      return condition satisfies never
  }
}

function part(condition: Condition): string {
  const shown = showCondition(condition)
  return (condition.is === 'all' || condition.is === 'any') && condition.of.length > 1 ? `(${shown})` : shown
}

const COMPARED = /^([\w.()]+) (==|>=) ([^&|]+)$/

/** `a == b` and `a >= b` are the only comparisons in canonical atoms; people write their opposites otherwise. */
function negated(condition: Condition): string {
  const [, left, sign, right] = condition.is === 'cel' ? (COMPARED.exec(condition.text) ?? []) : []
  if (left !== undefined && sign !== undefined && right !== undefined) return `${left} ${sign === '==' ? '!=' : '<'} ${right}`
  const shown = showCondition(condition)
  return condition.is === 'cel' && /^\w+\([^()]*\)$/.test(shown) ? `!${shown}` : `!(${shown})`
}
