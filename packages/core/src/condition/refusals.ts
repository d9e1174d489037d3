import { nearName } from '../diagnostics/near-name.js'
import type { CelNode } from './cel.js'
import { fault, quoted } from './reading.js'
import type { Reading } from './reading.js'

/** Refuses an operator of CEL that conditions do not have, or a question where a value is wanted. */
export function refusedOperator(node: CelNode, reading: Reading): undefined {
  const refused = Object.hasOwn(OPERATORS, node.op) ? OPERATORS[node.op] : undefined
  const question = { message: `${quoted(reading, node)} is a question, not a value`, help: 'join questions with `&&`, `||` and `!`' }
  return fault(reading, 'condition-not-allowed', node, refused ?? question)
}

/** Refuses a function of CEL that conditions do not have, or one that is called in another way than it is meant. */
export function noSuchFunction(node: CelNode, name: string, reading: Reading): undefined {
  if (Object.hasOwn(FUNCTIONS, name)) {
    return fault(reading, 'condition-not-allowed', node, {
      message: `\`${name}\` is not used like this`,
      help: `write \`${FUNCTIONS[name]}\``,
    })
  }
  const names = Object.keys(FUNCTIONS)
  const near = nearName(name, names)
  const instead = Object.hasOwn(INSTEAD, name)
    ? INSTEAD[name]
    : near === undefined
      ? `there are ${names.map((each) => `\`${each}\``).join(', ')}`
      : `did you mean \`${near}\`?`
  return fault(reading, 'condition-not-allowed', node, {
    message: `conditions have no function \`${name}\``,
    ...(instead === undefined ? {} : { help: instead }),
  })
}

type Refusal = { readonly message: string; readonly help: string }

const ARITHMETIC: Refusal = { message: 'conditions do not calculate', help: 'compare with a literal, or let a step write the fact' }

const OPTIONAL: Refusal = { message: 'conditions have no optional values', help: 'guard with `has(...)` instead' }

const OPERATORS: Readonly<Record<string, Refusal>> = {
  '+': ARITHMETIC,
  '-': ARITHMETIC,
  '*': ARITHMETIC,
  '/': ARITHMETIC,
  '%': ARITHMETIC,
  '-_': ARITHMETIC,
  '.?': OPTIONAL,
  '[?]': OPTIONAL,
  '[]': {
    message: 'conditions do not index: an index may lead nowhere',
    help: 'write `principal.name` for a member, `"x" in list` or `list.exists(each, each == "x")` for an element',
  },
  '.': { message: 'only `principal`, `facts` and `inputs` have members', help: 'name the value itself' },
  map: { message: 'conditions write no maps', help: 'name single members instead' },
}

/** What there is, and how it is written. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  has: 'has(principal.mail)',
  size: 'size(principal.groups)',
  startsWith: 'text.startsWith("x")',
  endsWith: 'text.endsWith("x")',
  contains: 'text.contains("x")',
  lowerAscii: 'text.lowerAscii()',
  upperAscii: 'text.upperAscii()',
  exists: 'list.exists(each, each == "x")',
  all: 'list.all(each, each == "x")',
  exists_one: 'list.exists_one(each, each == "x")',
}

/** What people look for, and what there is instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  matches: 'use `startsWith`, `endsWith` or `contains`; a regular expression over input can take for ever',
  filter: 'use `list.exists(each, ...)`',
  map: 'use `list.exists(each, ...)`',
  dyn: 'leave it away: every value here has a type',
  type: 'every value here has a type already',
  string: 'compare with a text in quotes',
  int: 'compare with a number',
  uint: 'compare with a number',
  double: 'compare with a number',
  bool: 'write the question itself',
  timestamp: 'conditions know no time; let a step write a fact',
  duration: 'conditions know no time; let a step write a fact',
  bind: 'write the value out',
  trim: 'compare the value as it is',
  indexOf: 'use `contains`',
  toLowerCase: 'use `lowerAscii()`',
  toLower: 'use `lowerAscii()`',
  lower: 'use `lowerAscii()`',
  toUpperCase: 'use `upperAscii()`',
  upper: 'use `upperAscii()`',
  includes: 'use `contains` on a text, `"x" in list` on a list',
  length: 'use `size(...)`',
  some: 'use `exists`',
  every: 'use `all`',
  any: 'use `exists`',
}
