import type { StepDefinition } from '../../step/define-step.js'
import { benchFor, type Bench } from './bench.js'
import type { Finding, Rule } from './rule.js'
import { RULES } from './rules.js'
import { UnfitSamples, type StepSamples } from './step-samples.js'

/** Tries a step against the contract. @returns what was found, in the order of the rules; nothing for a good step. */
export async function checkStep(step: StepDefinition, samples: StepSamples = {}): Promise<readonly Finding[]> {
  try {
    const bench = await benchFor(step, samples)
    const findings: Finding[] = []
    for (const rule of RULES) findings.push(...(await checkRule(rule, bench)))
    return findings
  } catch (error) {
    if (!(error instanceof UnfitSamples)) throw error
    return [{ step: step.type, rule: 'samples', law: 'the samples fit the step', saw: error.message, repair: error.repair }]
  }
}

/** Tries one rule. */
export async function checkRule(rule: Rule, bench: Bench): Promise<readonly Finding[]> {
  const faults = await rule.check(bench)
  return faults.map((fault) => ({ step: bench.step.type, rule: rule.name, law: rule.law, ...fault }))
}
