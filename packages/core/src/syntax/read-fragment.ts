import { quote, quoteAll } from '../diagnostics/quote.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { Schema } from '../step/schema.js'
import type { FragmentSource, InputSource } from './flow-source.js'
import { describeNode, type Entry, type MapNode, type SyntaxNode } from './node.js'
import { readFlowId } from './read-id.js'
import { readKeys } from './read-keys.js'
import { readSteps } from './read-steps.js'
import { readChoice, readInteger, readList, readMap, reportWrongType } from './read-value.js'
import { FRAGMENT_KEYS, STEP_ID } from './words.js'

const TYPES = ['string', 'integer', 'boolean', 'duration'] as const
const INPUT_KEYS = ['type', 'enum', 'minimum', 'maximum', 'default', 'description'] as const
const RANGE = { from: -1_000_000_000, to: 1_000_000_000 } as const

/** True for a mapping that is a fragment, or was meant as one. */
export function isFragment(root: SyntaxNode): root is MapNode {
  return root.is === 'map' && root.entries.some(({ key }) => key === 'fragment') && root.entries.every(({ key }) => key !== 'flow')
}

/** Reads the shape of a fragment: inputs and steps. What a flow decides (limits, proof, dialects) it cannot say. */
export function readFragment(reporter: Reporter, root: MapNode): FragmentSource {
  const keys = readKeys(reporter, root, { of: 'a fragment', keys: FRAGMENT_KEYS })
  const [id, inputs, steps] = [keys.get('fragment'), keys.get('inputs'), keys.get('steps')]
  if (!steps) {
    reporter.report('missing-key', root.entries[0]?.keySpan ?? root.span, 'the fragment has no `steps`', {
      help: 'list its steps: `steps:` and one `- name` on each line below',
    })
  }
  const name = id && readFlowId(reporter, id, 'fragment')
  return {
    ...(name && { id: name }),
    inputs: inputs ? readInputs(reporter, inputs) : [],
    steps: steps ? readSteps(reporter, steps) : [{ is: 'unreadable' }],
  }
}

function readInputs(reporter: Reporter, entry: Entry): readonly InputSource[] {
  const map = readMap(reporter, entry, 'a mapping of names to `{ type, default }`')
  return (map?.entries ?? []).flatMap((input) => {
    const { key, keySpan, value } = input
    if (!STEP_ID.test(key)) {
      reporter.report('bad-id', keySpan, `the name of an input is camelCase, unlike ${quote(key)}`)
      return []
    }
    const schema = value.is === 'map' ? readSchema(reporter, value) : readType(reporter, input)
    const fallback = value.is === 'map' ? value.entries.find((member) => member.key === 'default')?.value.span : undefined
    return schema ? [{ name: { text: key, span: keySpan }, schema: { [key]: schema }, ...(fallback && { fallback }) }] : []
  })
}

/** The short form: `audience: string`. */
function readType(reporter: Reporter, entry: Entry): Schema | undefined {
  if (entry.value.is !== 'scalar' || typeof entry.value.value !== 'string') {
    reportWrongType(reporter, `the input ${quote(entry.key)}`, entry.value, `a type, ${quoteAll(TYPES, 'or')}, or a mapping with \`type\``)
    return undefined
  }
  return schemaOf(readChoice(reporter, entry, TYPES))
}

function readSchema(reporter: Reporter, map: MapNode): Schema | undefined {
  const keys = readKeys(reporter, map, { of: 'an input', keys: INPUT_KEYS })
  const typeEntry = keys.get('type')
  if (!typeEntry) reporter.report('missing-key', map.span, 'the input has no `type`', { help: `one of ${quoteAll(TYPES, 'or')}` })
  const base = schemaOf(typeEntry && readChoice(reporter, typeEntry, TYPES))
  if (!base) return undefined
  const bound = (key: 'minimum' | 'maximum') => {
    const entry = keys.get(key)
    return entry && readInteger(reporter, entry, RANGE)
  }
  const [minimum, maximum, words, fallback] = [bound('minimum'), bound('maximum'), keys.get('enum'), keys.get('default')]
  return {
    ...base,
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(words && { enum: readEnum(reporter, words) }),
    ...(fallback && { default: readScalar(reporter, fallback) }),
  }
}

function readEnum(reporter: Reporter, entry: Entry): readonly string[] {
  const items = readList(reporter, entry, 'a list of texts')?.items ?? []
  return items.flatMap((item) => {
    if (item.is === 'scalar' && typeof item.value === 'string') return [item.value]
    reportWrongType(reporter, 'an entry of `enum`', item, 'text')
    return []
  })
}

function readScalar(reporter: Reporter, { value }: Entry): string | number | boolean | undefined {
  if (value.is === 'scalar' && value.value !== null) return value.value
  if (value.is !== 'faulty') reporter.report('wrong-type', value.span, `a default is a single value, not ${describeNode(value)}`)
  return undefined
}

function schemaOf(type: (typeof TYPES)[number] | undefined): Schema | undefined {
  if (type === undefined) return undefined
  return type === 'duration' ? { type: 'string', format: 'duration' } : { type }
}
