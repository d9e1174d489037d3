import { describe, expect, test } from 'vitest'
import type { StepDefinition } from '../../step/define-step.js'
import type { Plugin } from '../../step/plugin.js'
import { benchFor, type Bench } from './bench.js'
import { checkRule } from './check-step.js'
import { sentenceOf } from './rule.js'
import { RULES } from './rules.js'
import type { StepSamples } from './step-samples.js'

/**
 * The contract of a step, as tests: call it at the top of a test file. `stepContract(badge)`, `stepContract(badge, { right: { badge: '4711' } })`,
 * or a whole plugin with the samples of each step by its type.
 */
export function stepContract(step: StepDefinition, samples?: StepSamples): void
export function stepContract(plugin: Plugin, samples?: { readonly [type: string]: StepSamples }): void
export function stepContract(of: StepDefinition | Plugin, samples: StepSamples | { readonly [type: string]: StepSamples } = {}): void {
  // Which of the two overloads it is, `of` tells; the type of the samples follows from it.
  if ('steps' in of) registerAll(of, samples as { readonly [type: string]: StepSamples })
  else register(of, samples)
}

function registerAll({ name, steps }: Plugin, samples: { readonly [type: string]: StepSamples }): void {
  for (const step of steps) register(step, samples[step.type] ?? {})
  test(`the samples of the plugin ${name} name its own steps only`, () => {
    const types = steps.map(({ type }) => type)
    expect(Object.keys(samples).filter((type) => !types.includes(type))).toEqual([])
  })
}

function register(step: StepDefinition, samples: StepSamples): void {
  describe(`the step ${step.type}`, () => {
    let bench: Promise<Bench> | undefined
    for (const rule of RULES) {
      test(`keeps ${rule.name}: ${rule.law}`, async () => {
        const findings = await checkRule(rule, await (bench ??= benchFor(step, samples)))
        expect(findings.map(sentenceOf).join('\n\n')).toBe('')
      })
    }
  })
}
