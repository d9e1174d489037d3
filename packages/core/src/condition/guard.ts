import { parseCel } from './cel.js'
import type { CelNode } from './cel.js'
import type { ConditionFault, ReadCondition } from './read-condition.js'

/** Most members that one repair asks for. */
const MAX_GUARDS = 5

/**
 * A condition in which every member that may be absent is asked for first, where that is surely what was meant: an absent value does not
 * pass the test that needs it. What is negated is left alone, because absent may just as well pass there.
 */
export function guarded(text: string, read: (text: string) => ReadCondition): string | undefined {
  let repair = text
  for (let guards = 0; guards <= MAX_GUARDS; guards++) {
    const { is, ...result } = read(repair)
    if (is === 'condition') return repair
    const [first] = 'faults' in result ? result.faults : []
    if (first?.code !== 'unguarded-attribute') return undefined
    const next = withGuard(repair, first)
    if (next === undefined) return undefined
    repair = next
  }
  return undefined
}

/** The text with `has` before the test in which the fault stands. */
function withGuard(text: string, { start, end }: ConditionFault): string | undefined {
  const parsed = parseCel(text)
  if (parsed.is === 'unparsed') return undefined
  const has = `has(${text.slice(start, end)})`
  let test = parsed.node
  let isConjunct = true
  while (test.op === '&&' || test.op === '||') {
    isConjunct &&= test.op === '&&'
    const inner: CelNode | undefined = test.args.find((each) => each.start <= start && end <= each.end)
    if (inner === undefined) return undefined
    test = inner
  }
  if (test.op === '!_' || test.op === '!=' || test.op === '?:') return undefined
  if (test.op === 'rcall' && (test.args[0] === 'all' || test.args[0] === 'exists_one')) return undefined
  if (isConjunct) return `${has} && ${text}`
  const written = text.slice(test.start, test.end)
  return isBalanced(written) ? `${text.slice(0, test.start)}(${has} && ${written})${text.slice(test.end)}` : undefined
}

/** Whether each parenthesis of a piece has its other half in it: the range of a node may end before one. */
function isBalanced(text: string): boolean {
  let open = 0
  for (const sign of text.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '')) {
    if (sign === '(') open++
    if (sign === ')') open--
    if (open < 0) return false
  }
  return open === 0
}
