import { compileFlows, earns, SourceFile, type Compilation, type Registry } from '../../src/index.js'
import { expected } from './expected.js'
import { showTo, type Finding } from './finding.js'
import { layOut, type Flow, type Step } from './flow.js'
import { evidenceOf } from './proofs.js'
import { matched, reported } from './reported.js'
import { ruleOf, type Rule } from './rules.js'
import { walk, type Walked } from './walk.js'
import { write } from './write.js'

export interface Comparison {
  readonly found: readonly string[]
  readonly wanted: readonly string[]
  readonly compilation: Compilation
  /** The paths to a change on which the engine, which counts again, would not find the proof enough. */
  readonly shortAtRunTime: readonly string[]
  readonly text: string
}

/** Nothing may be reported of which the oracle knows nothing, but for two codes that need no oracle. */
const isKnown = (code: string): boolean => !['one-option', 'reveals-accounts'].includes(code)

/** Compiles a flow, walks it by hand, and puts side by side what came of it. */
export function compare(flow: Flow, registry: Registry, spelling: number, judges: (code: string) => boolean = isKnown): Comparison {
  const files = [...write(flow, spelling)].map(([path, text]) => new SourceFile(path, text))
  const compilation = compileFlows(files, registry)
  const laid = layOut(flow, (step) => ruleIn(registry, step))
  const walked = walk(laid)
  const found = compilation.diagnostics.filter(({ code }) => judges(code)).map(reported)
  const wanted: readonly Finding[] = expected(flow, laid, walked)
  return {
    ...matched(found, wanted),
    compilation,
    shortAtRunTime: compilation.flows.length > 0 ? short(flow, walked) : [],
    text: files.map(({ path, text }) => `# ${path}\n${text}`).join('\n'),
  }
}

export function ruleIn({ steps }: Registry, { type, settings }: Step): Rule {
  const definition = steps.get(type)
  if (!definition) throw new Error(`no step ${type}`)
  return ruleOf(definition, settings)
}

function short({ require }: Flow, { entries }: Walked): readonly string[] {
  return entries
    .filter(({ stop }) => stop.rule.changes)
    .flatMap(({ stop, paths }) =>
      paths.filter((path) => !earns(require, evidenceOf(path), 'somebody', stop.rule.first)).map((path) => showTo(path, stop)),
    )
}
