import { describe, expect, test } from 'vitest'
import { emitTypes, indistinguishableStates } from '../../src/emit/emit-types.js'
import { flowOf, machineOf, STEPS } from './machines.js'

const machine = machineOf('who', { choose: ['code', 'word'] }, 'quiet')

describe('an emitted module', () => {
  test('says which flow and which version of it it was made from', () => {
    const flow = flowOf(machine)
    const [first] = emitTypes(flow, STEPS).split('\n')
    expect(first).toBe(`// Made by \`rekey types\` from the flow by-hand, ${flow.hash}.`)
  })

  test('is the same for the same flow', () => {
    expect(emitTypes(flowOf(structuredClone(machine)), new Map([...STEPS].toReversed()))).toBe(emitTypes(flowOf(machine), STEPS))
  })

  test('has a state for whatever asks, and for nothing else', () => {
    const names = [...emitTypes(flowOf(machine), STEPS).matchAll(/^export interface (\w+State)/gm)].map(([, name]) => name)
    expect(names).toEqual([
      'OpenState',
      'FailedState',
      'CancelledState',
      'UnknownState',
      'WhoState',
      'ChooseState',
      'CodeState',
      'WordState',
      'CompletedState',
    ])
  })

  test('types what the end gives, and says of nothing that it must be there', () => {
    expect(emitTypes(flowOf(machine), STEPS)).toContain(
      "  readonly state: 'completed'\n  readonly outputs: {\n    readonly session?: string\n    readonly until?: number\n",
    )
  })

  test('types a search by the fields that the step allows', () => {
    const text = emitTypes(flowOf(machineOf({ type: 'who', settings: { fields: ['mail', 'phone'] } })), STEPS)
    expect(text).toContain("  readonly filter: Filter<'mail' | 'phone'>\n")
  })

  test('gives ids that mean something already a name of their own', () => {
    const text = emitTypes(
      flowOf(
        machineOf(
          { type: 'who', id: 'unknown' },
          { type: 'code', id: 'failed' },
          { type: 'code', id: 'a.b' },
          { type: 'code', id: 'aB' },
          { type: 'code', id: 'first' },
          { type: 'code', id: 'linked' },
        ),
      ),
      STEPS,
    )
    expect(
      [...text.matchAll(/^export interface (\w+)State extends OpenState \{\n {2}readonly state: (.*)$/gm)].map(([, name, state]) => [
        name,
        state,
      ]),
    ).toEqual([
      ['Unknown', "'unknown'"],
      ['Unknown2', "'unknown (step)'"],
      ['Failed2', "'failed (step)'"],
      ['AB', "'a.b'"],
      ['AB2', "'aB'"],
      ['First2', "'first'"],
      ['Linked2', "'linked'"],
    ])
  })

  test('is not taken over by titles, descriptions, ids, fields and hashes', () => {
    const hostile = "*/ export const owned = 1 /* '; export const owned = 1\nexport const owned = 1 //\u2028export const owned = 1"
    const text = emitTypes(
      {
        machine: {
          ...machineOf({ type: hostile, id: hostile, settings: { fields: [hostile] } }, { choose: ['code', 'word'], id: `${hostile}2` }),
          flow: hostile,
        },
        hash: hostile,
        title: { '': hostile },
        description: { de: hostile },
        stepTitles: new Map([[hostile, { en: hostile }]]),
      },
      STEPS,
    )
    expect(text).not.toMatch(/^\s*export const owned/m)
    const bare = text
      .replaceAll(/\/\*\*(?:[^*]|\*(?!\/))*\*\//g, '')
      .replaceAll(/^\/\/.*$/gm, '')
      .replaceAll(/'(?:[^'\\\n]|\\.)*'/g, "''")
    expect(bare).not.toContain('owned')
  })
})

test('states that a wire of types cannot tell apart are told', () => {
  const twice = machineOf(
    'who',
    { type: 'code', id: 'first', when: { is: 'cel', text: 'x' } },
    { type: 'code', id: 'second' },
    { type: 'code', id: 'third' },
  )
  expect(indistinguishableStates(flowOf(twice), STEPS)).toEqual([['first', 'second']])
  expect(indistinguishableStates(flowOf(machine), STEPS)).toEqual([])
})
