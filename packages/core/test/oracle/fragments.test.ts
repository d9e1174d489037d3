import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileFlows, SourceFile, type Compilation, type CompiledFlow } from '../../src/index.js'
import type { Choice, Flow, Include, Item, Step } from './flow.js'
import { generated } from './generate.js'
import { placed, type Question } from './question.js'
import { reported } from './reported.js'
import { oracleRegistry } from './steps.js'
import { write } from './write.js'

const FUZZ = Number(process.env['REKEY_FUZZ'] ?? 1)

test(
  'an included fragment is what its steps are when they are written out',
  () => {
    const seen = { compiled: 0, broken: 0 }
    fc.assert(
      fc.property(
        generated.filter(({ flow }) => flow.items.some(({ is }) => is === 'include') && writtenOut(flow).items.length > 0),
        ({ flow }) => {
          const [included, byHand] = [flow, writtenOut(flow)].map((one) => compile(one))
          if (!included || !byHand) throw new Error('two compilations')
          expect(findings(included)).toEqual(findings(byHand))
          expect(included.flows.map(machineOf)).toEqual(byHand.flows.map(machineOf))
          seen[included.flows.length > 0 ? 'compiled' : 'broken'] += 1
        },
      ),
      { numRuns: 300 * FUZZ },
    )
    expect(Object.values(seen).every((count) => count > 20)).toBe(true)
  },
  60_000 * FUZZ,
)

function compile(flow: Flow): Compilation {
  return compileFlows(
    // One spelling throughout: two of one question may be two trees.
    [...write(flow, 0)].map(([path, text]) => new SourceFile(path, text)),
    oracleRegistry,
  )
}

/** Ids of a fragment's steps have a dot, which no id has that is written by hand. */
function joined(text: string): string {
  return text.replaceAll(/\b(s\d+)\.(f\d+[abc]?)\b/g, '$1$2')
}

/** Codes and what they are about. Where something stands in a file is another matter, and so is how often: a fragment is read once. */
function findings({ diagnostics }: Compilation): readonly string[] {
  const told = diagnostics.map((one) => (PLACED.includes(one.code) ? one.code : joined(reported(one))))
  return [...new Set(told)].toSorted()
}

/** What is reported by its place, without an id. */
const PLACED = ['condition-always-true', 'bad-jump', 'reveals-accounts', 'one-option']

/** The machine with the ids as they are written by hand, and conditions in the order in which canonical spelling puts them then. */
function machineOf({ machine }: CompiledFlow): unknown {
  return JSON.parse(joined(JSON.stringify(machine)))
}

/** The flow with the steps of its fragments in their places: ids and inputs put in by hand, the condition of the include on each. */
function writtenOut(flow: Flow): Flow {
  const items = flow.items.flatMap((item): readonly Item[] =>
    item.is === 'include' ? item.items.flatMap((one) => out(one, item)) : [renamed(item)],
  )
  return { ...flow, items }
}

function out(item: Step | Choice, include: Include): readonly (Step | Choice)[] {
  const around = include.when && byHand(include.when, {}, '')
  const beside = besideOf(item, include, around === undefined || typeof around === 'boolean' ? [] : [around])
  if (!beside) return []
  if (item.is === 'step') return [{ ...beside, is: 'step', type: item.type }]
  const options = item.options.flatMap((option): readonly Step[] => {
    const own = besideOf(option, include, [])
    return own ? [{ ...own, is: 'step', type: option.type }] : []
  })
  return options.length > 0 ? [{ ...beside, is: 'choose', options }] : []
}

/** @returns undefined for an item that the inputs leave out. */
function besideOf(
  { id, when, onFail }: Step | Choice,
  { id: of, with: inputs }: Include,
  around: readonly Question[],
): Pick<Step, 'id' | 'when' | 'onFail'> | undefined {
  const own = when === undefined ? true : byHand(when, inputs, of)
  if (own === false) return undefined
  const whens = own === true ? around : [...around, own]
  const [only, ...more] = whens
  const to = onFail === undefined || ['end', 'restart'].includes(onFail) ? onFail : `${of}${onFail}`
  return {
    id: `${of}${id}`,
    ...(only && { when: more.length > 0 ? { ask: 'all', of: whens } : only }),
    ...(to !== undefined && { onFail: to }),
  }
}

function renamed(item: Step | Choice): Step | Choice {
  const when = item.when && byHand(item.when, {}, '')
  const plain: Step | Choice = when === undefined || typeof when === 'boolean' ? item : { ...item, when }
  if (plain.is === 'step') return plain
  return { ...plain, options: plain.options.map((option) => ({ ...option, ...renamedWhen(option.when) })) }
}

function renamedWhen(when: Question | undefined): { readonly when?: Question } {
  const own = when && byHand(when, {}, '')
  return own === undefined || typeof own === 'boolean' ? {} : { when: own }
}

function byHand(question: Question, inputs: Include['with'], prefix: string): Question | boolean {
  return withoutDots(placed(question, inputs, prefix))
}

function withoutDots(question: Question | boolean): Question | boolean {
  if (typeof question === 'boolean') return question
  switch (question.ask) {
    case 'written':
    case 'fact':
      return { ...question, step: question.step.replace('.', '') }
    case 'not': {
      const of = withoutDots(question.of)
      return typeof of === 'boolean' ? !of : { ask: 'not', of }
    }
    case 'all':
    case 'any':
      return { ...question, of: question.of.map(withoutDots).filter((part) => typeof part !== 'boolean') }
    case 'has':
    case 'part':
    case 'locale':
    case 'state':
    case 'holds':
    case 'size':
    case 'text':
    case 'input':
      return question
  }
}
