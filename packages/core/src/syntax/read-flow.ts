import type { Limits } from '../machine/machine.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { DEFAULTS } from './defaults.js'
import type { FlowSource } from './flow-source.js'
import type { Entry, SyntaxNode } from './node.js'
import { readAllow } from './read-allow.js'
import { readFlowId } from './read-id.js'
import { readKeys } from './read-keys.js'
import { readEnsure } from './read-ensure.js'
import { readLimits, readRequire } from './read-limits.js'
import { readSpeaks } from './read-speaks.js'
import { readSteps } from './read-steps.js'
import { readTitle } from './read-title.js'
import { readChoice, readDuration, reportWrongType } from './read-value.js'
import { FLOW_KEYS } from './words.js'

/** The longest life of a conversation: machines live twice as long, and what is owed to a person should not outlive a week. */
const LONGEST_LIFE = { seconds: 7 * 86_400, text: '`7d`' } as const

/**
 * Reads the shape of a flow file.
 * @returns undefined when the file holds no mapping; the reason has been reported.
 */
export function readFlow(reporter: Reporter, root: SyntaxNode, limits?: Limits): FlowSource | undefined {
  if (root.is !== 'map') {
    reportWrongType(reporter, 'a flow', root, 'a mapping with `flow` and `steps`')
    return undefined
  }
  const keys = readKeys(reporter, root, { of: 'a flow', keys: FLOW_KEYS })
  const read = <T>(key: (typeof FLOW_KEYS)[number], how: (reporter: Reporter, entry: Entry) => T): T | undefined => {
    const entry = keys.get(key)
    return entry && how(reporter, entry)
  }
  const start = root.entries[0]?.keySpan ?? root.span
  const isOther = !keys.has('flow') && !keys.has('steps')
  if (isOther) reporter.report('missing-key', start, 'this mapping is no flow: it has neither `flow` nor `steps`', { help: MISSING.both })
  for (const key of ['flow', 'steps'] as const) {
    if (!keys.has(key) && !isOther) reporter.report('missing-key', start, `the flow has no \`${key}\``, { help: MISSING[key] })
  }
  const [id, title, description] = [read('flow', readFlowId), read('title', readTitle), read('description', readTitle)]
  const speaks = read('speaks', readSpeaks)
  const unknownAccountSpan = keys.get('unknownAccount')?.value.span
  const flow: Draft = {
    expiresSeconds: read('expires', (to, entry) => readDuration(to, entry, LONGEST_LIFE)) ?? DEFAULTS.expiresSeconds,
    unknownAccount: read('unknownAccount', (to, entry) => readChoice(to, entry, ['hide', 'reveal'])) ?? DEFAULTS.unknownAccount,
    require: readRequire(reporter, keys.get('require')),
    limits: readLimits(reporter, keys.get('limits'), limits),
    ensure: read('ensure', readEnsure) ?? DEFAULTS.ensure,
    allow: read('allow', readAllow) ?? [],
    steps: read('steps', readSteps) ?? [{ is: 'unreadable' }],
  }
  // Member by member: a spread for each that may be absent costs more than all that is read.
  if (id) flow.id = id
  if (title !== undefined) flow.title = title
  if (description !== undefined) flow.description = description
  if (speaks) flow.speaks = speaks
  if (unknownAccountSpan) flow.unknownAccountSpan = unknownAccountSpan
  return flow
}

type Draft = { -readonly [K in keyof FlowSource]: FlowSource[K] }

const MISSING = {
  both: 'a flow begins with `flow: NAME` and lists its `steps`',
  flow: 'name it: `flow: password-reset`',
  steps: 'list its steps: `steps:` and one `- name` on each line below',
} as const
