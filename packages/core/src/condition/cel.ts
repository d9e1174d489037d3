import { Environment, ParseError } from '@marcbachmann/cel-js'
import type { ASTNode } from '@marcbachmann/cel-js'

/** A node of an expression, with the range of the text that it was read from; parentheses around it are not part of it. */
export type CelNode = ASTNode

/** A text of CEL, read; or why it is none. */
export type Parsed =
  | { readonly is: 'parsed'; readonly node: CelNode; ask(world: { readonly [name: string]: unknown }): unknown }
  | { readonly is: 'unparsed'; readonly start: number; readonly end: number; readonly reason: string }

const CEL = new Environment({
  unlistedVariablesAreDyn: true,
  limits: { maxAstNodes: 5000, maxDepth: 100, maxListElements: 1000, maxMapEntries: 10, maxCallArguments: 10 },
})

/** Reads a text of CEL. What it names is not looked at; `ask` evaluates it and throws where the language says so. */
export function parseCel(text: string): Parsed {
  try {
    const program = CEL.parse(text)
    return { is: 'parsed', node: program.ast, ask: (world): unknown => program({ ...world }) }
  } catch (cause) {
    const range = cause instanceof ParseError ? cause.range : undefined
    const reason = cause instanceof ParseError ? cause.summary : 'it is nested too deeply'
    return { is: 'unparsed', start: range?.start ?? 0, end: range?.end ?? text.length, reason }
  }
}
