import { compileFlows, type CompileOptions } from '../compile/compile-flows.js'
import type { CompiledFlow } from '../compile/compiled-flow.js'
import type { Registry } from '../compile/registry.js'
import { SourceFile } from '../source/source-file.js'
import { equivalence } from './equivalent.js'
import { mutantsOf, type Mutant } from './mutants.js'
import { hasFailed, runFlowTests } from './run-flow-tests.js'
import type { StageParts } from './stage.js'
import type { FlowTestFile, TestCase } from './test-file.js'

/** How the tests of a flow do against flows that are worse. */
export interface MutationScore {
  readonly flow: string
  /** Mutants that a test noticed. */
  readonly killed: readonly Mutant[]
  /** Mutants that the compiler refused: nobody could have deployed them. */
  readonly refused: readonly Mutant[]
  /** Mutants that behave like the flow, for a reason that follows from its steps: no test could notice them. */
  readonly equal: readonly EqualMutant[]
  /** Mutants under which every test passes. */
  readonly survived: readonly Mutant[]
}

export type EqualMutant = Mutant & { readonly reason: string }

export interface MutationParts {
  readonly flows: readonly CompiledFlow[]
  readonly registry: Registry
  readonly stage: StageParts
  readonly compile?: Pick<CompileOptions, 'limits'>
}

/**
 * Makes a flow worse in one place at a time and plays its tests, which should fail. Mutants whose machine is that of the flow are left out. The
 * tests must pass with the flow as it is.
 */
export async function mutationScore(flow: CompiledFlow, tests: readonly FlowTestFile[], parts: MutationParts): Promise<MutationScore> {
  const { registry } = parts
  const mutants = [
    ...mutantsOf({ file: flow.file, machine: flow.machine, registry }),
    ...flow.fragments.flatMap((file) => mutantsOf({ file, registry })),
  ]
  const [killed, refused, survived, equal]: [Mutant[], Mutant[], Mutant[], EqualMutant[]] = [[], [], [], []]
  const quickFirst = tests.map((test) => ({ ...test, cases: test.cases.toSorted((one, other) => requests(one) - requests(other)) }))
  for (const mutant of mutants) {
    const compiled = compileMutant(flow, mutant, parts)
    if (!compiled) {
      refused.push(mutant)
      continue
    }
    if (compiled.hash === flow.hash) continue
    const reason = equivalence(flow.machine, compiled.machine, registry)
    if (reason !== undefined) equal.push({ ...mutant, reason })
    else ((await isNoticed(compiled, quickFirst, parts)) ? killed : survived).push(mutant)
  }
  return { flow: flow.id, killed, refused, equal, survived }
}

/** What a case costs: one that asks for hundreds of starts comes last, as most mutants are noticed before. */
function requests({ acts }: TestCase): number {
  return acts.reduce((sum, { times }) => sum + times, 0)
}

/** @returns undefined when the compiler refuses it, or it would not be served unless somebody accepts what it warns of. */
function compileMutant(
  { file, fragments, id, unaccepted }: CompiledFlow,
  mutant: Mutant,
  { registry, compile }: MutationParts,
): CompiledFlow | undefined {
  const changed = (source: SourceFile) => (source === mutant.file ? new SourceFile(source.path, mutant.source) : source)
  const { flows } = compileFlows([changed(file)], registry, { ...compile, beside: fragments.map(changed) })
  const compiled = flows.find((flow) => flow.id === id)
  return compiled && compiled.unaccepted.length > unaccepted.length ? undefined : compiled
}

async function isNoticed(mutant: CompiledFlow, tests: readonly FlowTestFile[], { flows, stage }: MutationParts): Promise<boolean> {
  const all = flows.map((flow) => (flow.id === mutant.id ? mutant : flow))
  for (const test of tests) {
    const only = { ...test, flows: test.flows.filter(({ text }) => text === mutant.id) }
    if (hasFailed(await runFlowTests(only, all, stage, { untilFailure: true }))) return true
  }
  return false
}
