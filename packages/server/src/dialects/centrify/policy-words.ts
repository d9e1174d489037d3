import type { Json, JsonObject, PolicyFailure, PolicyRule } from '@rekey/core'

/** One rule, told to somebody who is about to choose a password, and to somebody who has broken it. */
interface Words {
  /** Absent where nobody needs to be told. */
  readonly wanted?: (param: Param) => string
  readonly broken: (param: Param) => string
}

/** A parameter of the rule as a text. */
type Param = (name: string) => string

/** Rules in plain words: this wire has no others for them. */
const RULES = new Map<string, Words>([
  ['REQUIRED', { broken: () => 'it is empty' }],
  [
    'MIN_LENGTH',
    {
      wanted: (param) => `at least ${counted(param('minLength'), 'character')}`,
      broken: (param) => `it has fewer than ${param('minLength')} characters`,
    },
  ],
  [
    'MAX_LENGTH',
    {
      wanted: (param) => `at most ${counted(param('maxLength'), 'character')}`,
      broken: (param) => `it has more than ${param('maxLength')} characters`,
    },
  ],
  [
    'AT_LEAST_X_CAPITAL_LETTERS',
    {
      wanted: (param) => `at least ${counted(param('numCaps'), 'capital letter')}`,
      broken: (param) => `it has fewer than ${param('numCaps')} capital letters`,
    },
  ],
  [
    'AT_LEAST_X_NUMBERS',
    {
      wanted: (param) => `at least ${counted(param('numNums'), 'digit')}`,
      broken: (param) => `it has fewer than ${param('numNums')} digits`,
    },
  ],
  ['CANNOT_CONTAIN_OTHERS', { wanted: () => 'without your name or address', broken: () => 'it holds your name or address' }],
  [
    'COMMON',
    {
      wanted: () => 'none of the passwords that everybody tries first',
      broken: () => 'it is one of the passwords that everybody tries first',
    },
  ],
  [
    'BREACHED',
    {
      wanted: () => 'none that is known from a breach of some other service',
      broken: () => 'it is known from a breach of some other service',
    },
  ],
  ['CANNOT_CONTAIN_CHARACTERS', { broken: () => 'it holds a character that is not allowed' }],
  ['HISTORY', { wanted: () => 'none that you have used before', broken: () => 'you have used it before' }],
])

/** Says why a new password was not taken. */
export function weakPassword(failures: readonly PolicyFailure[]): string {
  const reasons = failures.map(({ rule, params }) => RULES.get(rule)?.broken(paramsOf(params)))
  const known = reasons.filter((reason) => reason !== undefined)
  // A rule of somebody else's policy has no words here.
  if (known.length === 0) return 'The new password does not meet the rules for passwords.'
  return `The new password does not meet the rules for passwords: ${known.join('; ')}.`
}

/**
 * Says what a new password must be like. The rules are the same for everybody, so nothing in it depends on whom it is about.
 * @returns undefined when no rule has words.
 */
export function passwordHint(rules: readonly PolicyRule[]): string | undefined {
  const wanted = rules.map(({ rule, params }) => RULES.get(rule)?.wanted?.(paramsOf(params)))
  const known = wanted.filter((words) => words !== undefined)
  return known.length === 0 ? undefined : `Rules for the new password: ${known.join('; ')}.`
}

function paramsOf(params: JsonObject | undefined): Param {
  return (name) => shown(params?.[name])
}

function shown(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '?'
}

function counted(count: string, what: string): string {
  return `${count} ${what}${count === '1' ? '' : 's'}`
}
