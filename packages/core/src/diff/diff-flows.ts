import { compileLinked, type CompiledAndLinked, type CompileOptions } from '../compile/compile-flows.js'
import type { Registry } from '../compile/registry.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { quote } from '../diagnostics/quote.js'
import { hashMachine } from '../machine/hash-machine.js'
import type { SourceFile } from '../source/source-file.js'
import { compareCourse } from './compare-course.js'
import { compareLimits } from './compare-limits.js'
import { compareProofs, newlyEasier } from './compare-proofs.js'
import { compareQuestions } from './compare-questions.js'
import { compareSteps } from './compare-steps.js'
import { compareSurface } from './compare-surface.js'
import { compared, type Compared, type SettingOrders } from './compared.js'
import { byWeight, DIFF_SEVERITIES, finding, type DiffFinding, type FlowDiff } from './finding.js'

/** One side of a comparison. */
export interface DiffSide {
  readonly files: readonly SourceFile[]
  /** Files in which includes may find a fragment, and which are not compared. */
  readonly beside?: readonly SourceFile[]
}

export interface DiffOptions extends Pick<CompileOptions, 'limits'> {
  readonly orders?: SettingOrders
}

export type FlowsDiff =
  | { readonly is: 'compared'; readonly flows: readonly FlowDiff[] }
  /** A side has errors, so that nobody can say what it does. */
  | { readonly is: 'faults'; readonly old: readonly Diagnostic[]; readonly now: readonly Diagnostic[] }

/**
 * Compares two versions of flow files by what they do, never by how they are written. Pure, as compiling is.
 * @returns the flows that differ, those with the worst finding first; else in the order of the new files, and then those that are gone.
 */
export function diffFlows(old: DiffSide, now: DiffSide, registry: Registry, { limits, orders = {} }: DiffOptions = {}): FlowsDiff {
  const [before, after] = [old, now].map(({ files, beside = [] }) => compileLinked(files, registry, { ...(limits && { limits }), beside }))
  if (!before || !after) return { is: 'compared', flows: [] }
  const [oldErrors, newErrors] = [before, after].map(({ diagnostics }) => diagnostics.filter(({ severity }) => severity === 'error'))
  if (oldErrors?.length !== 0 || newErrors?.length !== 0) return { is: 'faults', old: oldErrors ?? [], now: newErrors ?? [] }

  const gone = new Map(before.flows.map((flow) => [flow.compiled.id, flow]))
  const partners = after.flows.map((flow) => ({ flow, was: gone.get(flow.compiled.id) }))
  for (const { was } of partners) if (was) gone.delete(was.compiled.id)
  const found = partners.map(({ flow, was }) => {
    const partner = was ?? renamedFrom(flow, [...gone.values()], partners.filter((each) => !each.was).length)
    if (!partner) return newFlow(flow, before.flows)
    gone.delete(partner.compiled.id)
    return diffFlow(compared(partner, flow, orders))
  })
  const flows = [...found, ...[...gone.values()].map(goneFlow)].filter(({ findings }) => findings.length > 0)
  return { is: 'compared', flows: flows.toSorted((one, other) => worst(one) - worst(other)) }
}

function worst({ findings }: FlowDiff): number {
  return Math.min(...findings.map(({ severity }) => DIFF_SEVERITIES.indexOf(severity)))
}

/** A flow that does the same under another name, or one that took its place in the same file where nothing else came or went. */
function renamedFrom({ compiled }: CompiledAndLinked, gone: readonly CompiledAndLinked[], come: number): CompiledAndLinked | undefined {
  const nameless = (one: CompiledAndLinked): string => hashMachine({ ...one.compiled.machine, flow: '' })
  const same = gone.find((one) => nameless(one) === hashMachine({ ...compiled.machine, flow: '' }))
  const [only] = gone
  return same ?? (come === 1 && gone.length === 1 && only?.compiled.file.path === compiled.file.path ? only : undefined)
}

function diffFlow(pair: Compared): FlowDiff {
  const { old, now } = pair
  const findings = [
    ...renamed(pair),
    ...compareProofs(pair),
    ...compareLimits(pair),
    ...compareSteps(pair),
    ...compareCourse(pair),
    ...compareQuestions(pair),
    ...compareSurface(pair),
  ]
  const was = old.compiled.id === now.compiled.id ? {} : { was: old.compiled.id }
  return { flow: now.compiled.id, ...was, file: now.compiled.file, findings: [...findings, ...underWay(pair, findings)].toSorted(byWeight) }
}

function renamed({ old, now }: Compared): readonly DiffFinding[] {
  if (old.compiled.id === now.compiled.id) return []
  return [finding('change', 'flow', `the flow is called ${quote(now.compiled.id)}, was ${quote(old.compiled.id)}`, { at: placeOf(now) })]
}

function underWay({ old, now }: Compared, findings: readonly DiffFinding[]): readonly DiffFinding[] {
  if (old.compiled.hash === now.compiled.hash || findings.length === 0) return []
  return [
    finding('note', 'conversation', 'conversations under way finish as they began; new ones follow the new definition', {
      at: placeOf(now),
    }),
  ]
}

function newFlow(flow: CompiledAndLinked, others: readonly CompiledAndLinked[]): FlowDiff {
  const { compiled, linked } = flow
  const spoken = [...compiled.speaks.keys()].map(quote).join(', ')
  const come = finding('change', 'flow', `the flow is new${spoken === '' ? '' : `, for clients of ${spoken}`}`, { at: placeOf(flow) })
  const easier = newlyEasier(
    linked,
    others.map((other) => other.linked),
  )
  return { flow: compiled.id, file: compiled.file, findings: [come, ...easier].toSorted(byWeight) }
}

function goneFlow(flow: CompiledAndLinked): FlowDiff {
  const { id, file, speaks } = flow.compiled
  const whose = speaks.size === 0 ? '' : `: clients of ${[...speaks.keys()].map(quote).join(', ')} get \`flow-unknown\``
  return { flow: id, file, findings: [finding('breaking', 'flow', `the flow is gone${whose}`, { at: placeOf(flow) })] }
}

function placeOf({ linked }: CompiledAndLinked): NonNullable<DiffFinding['at']> {
  return { file: linked.file, span: linked.source.id?.span ?? { start: 0, end: 0 } }
}
