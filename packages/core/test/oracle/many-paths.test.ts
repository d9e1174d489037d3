import { expect, test } from 'vitest'
import { compileFlows, SourceFile, type Diagnostic } from '../../src/index.js'
import type { Flow, Item } from './flow.js'
import type { Question } from './question.js'
import { oracleRegistry } from './steps.js'
import { write } from './write.js'

// What would take a walk on each path alone longer than the world will last.

function diagnosticsOf(flow: Flow): readonly Diagnostic[] {
  const files = [...write(flow, 0)].map(([path, text]) => new SourceFile(path, text))
  return compileFlows(files, oracleRegistry).diagnostics
}

function flowOf(factors: number, middle: readonly Item[]): Flow {
  const start: readonly Item[] = [
    { is: 'step', id: 'first', type: 'parameters' },
    { is: 'step', id: 'who', type: 'userQuery' },
  ]
  return { require: { factors, distinctChannels: true }, items: [...start, ...middle, { is: 'step', id: 'last', type: 'reset' }] }
}

function choiceOf(types: readonly string[], at: number): Item {
  return { is: 'choose', id: `c${at}`, options: types.map((type, option) => ({ is: 'step', id: `s${at}${'abc'[option]}`, type })) }
}

test.for([
  ['one path of 3^20 proves over a single channel', 2, ['smsValidation', 'smsValidation', 'totp'], ['same-channel']],
  ['each path proves enough', 1, ['emailValidation', 'smsValidation', 'totp'], []],
  ['one path of 3^20 proves nothing', 1, ['emailValidation', 'totp', 'confirm'], ['unproven-change']],
  ['one path of 3^20 has only questions', 1, ['kba', 'emailValidation', 'totp'], ['questions-alone']],
] as const)('twenty choices are walked at once: %s', ([, factors, types, codes]) => {
  const choices = Array.from({ length: 20 }, (_, at) => choiceOf(types, at))
  expect(diagnosticsOf(flowOf(factors, choices)).map(({ code }) => code)).toEqual(codes)
})

test('twenty conditions on three things are walked at once', () => {
  const questions: readonly Question[] = [
    { ask: 'has', of: 'phone' },
    { ask: 'state', among: ['active', 'locked'] },
    { ask: 'holds', list: 'groups', value: 'staff' },
  ]
  const steps = Array.from({ length: 20 }, (_, at): Item => {
    const of = questions[at % 3] ?? { ask: 'has', of: 'mail' }
    return { is: 'step', id: `s${at}`, type: 'totp', when: at % 2 === 0 ? of : { ask: 'not', of } }
  })
  const proved: Item = { is: 'step', id: 'mail', type: 'emailValidation' }
  expect(diagnosticsOf(flowOf(1, [proved, ...steps]))).toEqual([])
  // Each question is asked both ways, so that nobody is let past all of them.
  expect(diagnosticsOf(flowOf(1, steps)).filter(({ code }) => code === 'unproven-change')).toEqual([])
})

test('the last of many paths is the one that is shown', () => {
  const choices = [0, 1, 2].map((at) => choiceOf(['emailValidation', 'confirm'], at))
  expect(diagnosticsOf(flowOf(1, choices)).map(({ message }) => message)).toEqual([
    '`last` changes the password, but the path `first` -> `who` -> `s0b` -> `s1b` -> `s2b` -> `last` proves nothing',
  ])
})
