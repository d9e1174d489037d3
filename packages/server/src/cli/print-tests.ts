import { printText } from '@rekey/core'
import type { CaseResult, FlowCoverage, Mutant, MutationScore } from '@rekey/core/flow-test'
import type { TestRun } from './play-tests.js'
import { printable } from './repair.js'
import { figuresOf, percentText, ratioOf, ratioText, type TestFigures } from './test-figures.js'

export interface PrintTestsOptions {
  readonly color: boolean
  /** Whether coverage is shown flow by flow. */
  readonly coverage: boolean
}

/** Prints a run for people: each case, what failed with its place and story, and the sums. */
export function printTests(run: TestRun, { color, coverage }: PrintTestsOptions): string {
  const { cases, faults, scores } = run
  return [
    faults.length > 0 ? `${printText(faults, { color })}\n` : '',
    ...cases.map((result, index) => `${headOf(result, cases[index - 1])}${printCase(result, color)}`),
    coverage ? `\n${run.coverage.map(printCoverage).join('')}` : '',
    ...scores.map(printScore),
    `\n${sumOf(run)}\n`,
  ].join('')
}

/** The file, flow and dialect, where they differ from those of the case before. */
function headOf({ file, flow, dialect }: CaseResult, before: CaseResult | undefined): string {
  const same = before?.file === file && before.flow === flow && before.dialect === dialect
  return same ? '' : `${printable(`${file.path}: ${flow} over ${dialect}`)}\n`
}

function printCase({ name, failures, story, effects }: CaseResult, color: boolean): string {
  const told = effects.map((effect) => `      ${printable(effect)}\n`).join('')
  if (failures.length === 0) return `  ok    ${printable(name)}\n${told}`
  const steps = story.map((line) => `  ${printable(line)}\n`).join('')
  return `  FAIL  ${printable(name)}\n${told}\n${printText(failures, { color })}story so far:\n${steps}\n`
}

function printCoverage({ flow, steps, branches }: FlowCoverage): string {
  const missed = [
    ...steps.filter((step) => !step.entered).map(({ id }) => `the step \`${id}\` is entered`),
    ...branches.filter((branch) => !branch.taken).map(({ text }) => text),
  ]
  const entered = ratioOf(steps.map((step) => step.entered))
  const taken = ratioOf(branches.map((branch) => branch.taken))
  const sum = `${flow}: ${ratioText(entered)} steps, ${ratioText(taken)} branches`
  return `${sum}\n${missed.map((text) => `  in no test: ${printable(text)}\n`).join('')}`
}

function printScore({ flow, killed, refused, equal, survived }: MutationScore): string {
  const all = killed.length + survived.length
  const others = equal.length > 0 ? `, ${equal.length} behave alike` : ''
  const head = `\n${flow}: ${killed.length} of ${all} mutants killed; ${refused.length} more do not compile${others}\n`
  return [
    head,
    ...survived.map((mutant) => `  survived: ${printable(`${mutant.text} (${placeOf(mutant)})`)}\n`),
    ...equal.map(({ text, reason }) => `  alike: ${printable(`${text}: ${reason}`)}\n`),
  ].join('')
}

export function placeOf({ file, span }: Pick<Mutant, 'file' | 'span'>): string {
  const { line, column } = file.positionAt(span.start)
  return `${file.path}:${line}:${column}`
}

function sumOf(run: TestRun): string {
  const { cases, faults, coverage } = run
  const failed = cases.filter(({ failures }) => failures.length > 0).length
  const { steps, branches, mutants }: TestFigures = figuresOf(run)
  return [
    counted(coverage.length, 'flow'),
    counted(cases.length, 'case'),
    `${failed === 0 ? 'none' : failed} failed`,
    ...(faults.length > 0 ? [counted(faults.length, 'fault')] : []),
    `${ratioText(steps)} steps`,
    `${ratioText(branches)} branches`,
    ...(mutants ? [`${ratioText(mutants)} mutants killed (${percentText(mutants)})`] : []),
  ].join(', ')
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
