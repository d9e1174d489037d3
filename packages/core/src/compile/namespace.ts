import type { Reporter } from '../diagnostics/reporter.js'
import { didYouMean } from '../diagnostics/near-name.js'
import { quote, quoteAll } from '../diagnostics/quote.js'
import type { WhenSource } from '../syntax/flow-source.js'
import type { Named, Origin, SyntaxNode } from '../syntax/node.js'
import type { Located } from './linked-flow.js'
import type { TakenIds } from './step-ids.js'

/** A value that an include gives to a fragment. */
export type InputValue = string | number | boolean

/** The inputs of a fragment, as one include gives them. */
export interface Inputs {
  readonly values: ReadonlyMap<string, InputValue>
  /** Where the values are written; a default is missing. */
  readonly origins: ReadonlyMap<string, Origin>
}

/** The steps of one file as they stand in one flow: a fragment that is included twice has two of them. */
export interface Namespace {
  readonly reporter: Reporter
  /** Put before the ids of its steps: empty for the flow itself, else `confirm.`. */
  readonly prefix: string
  readonly taken: TakenIds
  /** Absent in the file of a flow, which has no inputs. */
  readonly inputs?: ReadonlyMap<string, InputValue>
  readonly origins?: ReadonlyMap<string, Origin>
  /** Inputs whose values are made up, because nobody includes the fragment: what they would be wrong for is not said. */
  readonly madeUp?: ReadonlySet<string>
  /** Conditions of the includes around it. */
  readonly whens: readonly ScopedWhen[]
  readonly includedAt?: Located
  /** Paths of the files that are being included, the outermost first. */
  readonly open: readonly string[]
}

/** A condition with the names that it may use. */
export interface ScopedWhen {
  readonly source: WhenSource
  readonly namespace: Namespace
}

/** Modifiers that can be understood only when all ids are known. */
export interface Written {
  readonly whens: readonly ScopedWhen[]
  readonly onFail?: { readonly name: Named; readonly namespace: Namespace }
}

const INPUT = /^\$\{inputs\.([A-Za-z]\w*)\}$/

/** A value of a fragment with its inputs put in: a setting that is nothing but `${inputs.NAME}` becomes that input's value. */
export function withInputs(node: SyntaxNode, namespace: Namespace): SyntaxNode {
  switch (node.is) {
    case 'scalar': {
      const name = typeof node.value === 'string' ? INPUT.exec(node.value)?.[1] : undefined
      return name === undefined ? node : inputAt(name, node, namespace)
    }
    case 'list':
      return { ...node, items: node.items.map((item) => withInputs(item, namespace)) }
    case 'map':
      return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: withInputs(entry.value, namespace) })) }
    case 'faulty':
      return node
    default:
      return node satisfies never
  }
}

function inputAt(name: string, { span }: SyntaxNode, { inputs, origins, madeUp, reporter }: Namespace): SyntaxNode {
  const value = inputs?.get(name)
  if (madeUp?.has(name) === true) return { is: 'faulty', span }
  const from = origins?.get(name)
  if (value !== undefined) return { is: 'scalar', span, value, plain: true, ...(from && { from }) }
  if (!inputs) reporter.report('unknown-input', span, 'a flow has no inputs', { help: 'only a fragment, which flows include, has' })
  else {
    const names = [...inputs.keys()]
    const all = names.length > 0 ? { help: `it has ${quoteAll(names)}` } : {}
    reporter.report('unknown-input', span, `the fragment has no input ${quote(name)}`, { ...all, ...didYouMean(name, names) })
  }
  return { is: 'faulty', span }
}
