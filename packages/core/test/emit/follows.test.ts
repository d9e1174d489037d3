import { describe, expect, test } from 'vitest'
import { flowGraph, type Follows } from '../../src/emit/follows.js'
import type { Machine } from '../../src/machine/machine.js'
import { machineOf, STEPS } from './machines.js'

const SOMETIMES = { is: 'cel', text: 'principal.locale == "de"' } as const

function after(machine: Machine, id: string): string {
  const graph = flowGraph(machine, STEPS)
  for (const node of machine.nodes) {
    if (node.is === 'step' && node.id === id) return short(graph.after(node))
    for (const option of node.is === 'choose' ? node.options : []) if (option.id === id) return short(graph.after(option))
  }
  throw new Error(`no step ${id}`)
}

function short({ states, completes }: Follows): string {
  return [...states, ...(completes ? ['end'] : [])].join(' ')
}

describe('what may follow a step', () => {
  test.for([
    ['the next one', machineOf('who', 'code'), 'who', 'code'],
    ['the end', machineOf('who', 'code'), 'code', 'end'],
    ['what stands behind a silent one', machineOf('who', 'quiet', 'code'), 'who', 'code'],
    ['the end behind a silent one', machineOf('who', 'quiet'), 'who', 'end'],
    ['either of a condition', machineOf('who', { type: 'code', when: SOMETIMES }, 'word'), 'who', 'code word'],
    ['the end where a condition does not hold', machineOf('who', { type: 'code', when: SOMETIMES }), 'who', 'code end'],
    ['what a failure of it leads back to', machineOf('who', 'code', { type: 'word', onFail: 0 }), 'word', 'who end'],
    ['what a failure on the way leads back to', machineOf('who', 'code', { type: 'quiet', onFail: 0 }, 'word'), 'code', 'who word'],
    ['itself, asked anew', machineOf('who', { type: 'code', onFail: 1 }), 'code', 'code end'],
    ['a choice', machineOf('who', { choose: ['code', 'word'] }), 'who', 'choose'],
    ['the end, behind an option', machineOf('who', { choose: ['code', 'word'] }), 'word', 'end'],
    [
      'the only option left of a choice with conditions',
      machineOf('who', { choose: ['code', { type: 'word', when: SOMETIMES }] }),
      'who',
      'choose code word',
    ],
    [
      'the only option left after a failure',
      machineOf('who', { choose: ['code', 'word'] }, { type: 'who', id: 'again', onFail: 1 }),
      'again',
      'choose code word end',
    ],
    ['where a choice without options leads', machineOf('who', { choose: ['code', 'word'], onFail: 0 }), 'who', 'who choose code word'],
  ] as const)('is %s', ([, machine, id, follows]) => {
    expect(after(machine, id)).toBe(follows)
  })

  test('ends, however failures lead in circles', () => {
    const circle = machineOf({ type: 'quiet', onFail: 1 }, { type: 'quiet', id: 'second', onFail: 0 }, 'who')
    expect(short(flowGraph(circle, STEPS).first)).toBe('who')
  })

  test('of a pick is the option, and where its failures lead', () => {
    const machine = machineOf('who', { choose: ['code', { type: 'word', onFail: 0 }] })
    const [, choice] = machine.nodes
    if (choice?.is !== 'choose') throw new Error('no choice')
    const graph = flowGraph(machine, STEPS)
    expect(choice.options.map((option) => short(graph.picked(choice, option)))).toEqual(['code', 'who word'])
  })

  test('takes a step that nobody knows for one that asks', () => {
    expect(after(machineOf('who', 'strange'), 'who')).toBe('strange')
  })
})
