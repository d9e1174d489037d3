import type { TestRun } from './play-tests.js'

/** How many of how many. */
export interface Ratio {
  readonly of: number
  readonly done: number
}

/** What a run comes to, over all flows together. */
export interface TestFigures {
  readonly steps: Ratio
  readonly branches: Ratio
  /** Mutants that were noticed, of those that behave otherwise; absent when none were made. */
  readonly mutants?: Ratio
}

/** Least percentages that a run must reach. */
export interface LeastFigures {
  /** Of steps and of branches. */
  readonly coverage?: number
  readonly mutation?: number
}

export function figuresOf({ coverage, scores }: Pick<TestRun, 'coverage' | 'scores'>): TestFigures {
  const killed = scores.reduce((sum, score) => sum + score.killed.length, 0)
  const survived = scores.reduce((sum, score) => sum + score.survived.length, 0)
  return {
    steps: ratioOf(coverage.flatMap(({ steps }) => steps.map(({ entered }) => entered))),
    branches: ratioOf(coverage.flatMap(({ branches }) => branches.map(({ taken }) => taken))),
    ...(scores.length > 0 && { mutants: { of: killed + survived, done: killed } }),
  }
}

/** What a run does not reach, in words. Mutants that were asked for and could not be made are none that were noticed. */
export function missedFigures({ steps, branches, mutants }: TestFigures, least: LeastFigures): readonly string[] {
  const missed = (noun: string, ratio: Ratio, wanted: number | undefined) =>
    wanted !== undefined && percentOf(ratio) < wanted ? [`${ratioText(ratio)} ${noun}, ${percentText(ratio)}: less than ${wanted} %`] : []
  return [
    ...missed('steps', steps, least.coverage),
    ...missed('branches', branches, least.coverage),
    ...missed('mutants killed', mutants ?? { of: 1, done: 0 }, least.mutation),
  ]
}

export function ratioText({ of, done }: Ratio): string {
  return `${done} of ${of}`
}

/** Rounded down, so that what is missed never reads like what was wanted: `99.9 %`. */
export function percentText(ratio: Ratio): string {
  return `${Math.floor(percentOf(ratio) * 10) / 10} %`
}

/** All of nothing is all. */
function percentOf({ of, done }: Ratio): number {
  return of === 0 ? 100 : (done / of) * 100
}

export function ratioOf(all: readonly boolean[]): Ratio {
  return { of: all.length, done: all.filter(Boolean).length }
}
