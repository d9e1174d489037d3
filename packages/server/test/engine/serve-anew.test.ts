import { afterEach, expect, test } from 'vitest'
import { UnlinkableMachine, type JsonObject } from '@rekey/core'
import { intent, named, password, short, tokenOf, typed } from './acts.js'
import { machineOf, type NodeSpec } from './machine-of.js'
import { closeRigs, openRig } from './rig.js'

afterEach(closeRigs)

/** A flow as the engine takes it. */
function flow(steps: readonly NodeSpec[], id = 'reset') {
  const speaks: ReadonlyMap<string, JsonObject> = new Map([['wire', {}]])
  return { id, ...machineOf(steps, [], { flow: id }), speaks }
}

test('flows are replaced at once, and a conversation under way finishes on its own', async () => {
  const { engine, code, delivered } = await openRig()
  const running = await engine.handle(intent('start', { answers: [named('jdoe')] }))
  await delivered()
  const sent = code()
  await engine.serve([flow(['userQuery', 'smsValidation', 'reset'])])
  expect(short(await engine.handle(intent('start', { answers: [named('asmith')] }))).view).toBe('smsValidation validateCode')
  const next = await engine.handle(intent('submit', { carried: tokenOf(running), answers: [typed(sent)] }))
  expect(short(next)).toEqual({ view: 'reset initial', problem: undefined })
})

test('a conversation outlives its flow, and hundreds of others that came and went', async () => {
  const { engine, code, delivered } = await openRig()
  const running = await engine.handle(intent('start', { answers: [named('jdoe')] }))
  await delivered()
  const sent = code()
  for (let length = 6; length <= 11; length++) {
    for (let expires = 1; expires <= 50; expires++) {
      await engine.serve([flow(['userQuery', { type: 'emailValidation', settings: { length, expires: `${expires}m` } }, 'reset'], 'other')])
    }
  }
  expect(await engine.handle(intent('start', { answers: [named('jdoe')] }))).toEqual({ problem: { code: 'flow-unknown' } })
  const open = await engine.handle(intent('submit', { carried: tokenOf(running), answers: [typed(sent)] }))
  const end = await engine.handle(intent('submit', { carried: tokenOf(open), answers: [password('A new Passw0rd')] }))
  expect(short(end).problem).toBeUndefined()
})

test('flows of which one cannot run here leave all as it was', async () => {
  const { engine } = await openRig()
  const { machine, ...rest } = flow(['userQuery', 'reset'], 'bad')
  const alien = machine.nodes.map((node) => ({ ...node, type: 'alien' }))
  const refused = engine.serve([flow(['userQuery', 'smsValidation', 'reset']), { ...rest, machine: { ...machine, nodes: alien } }])
  await expect(refused).rejects.toThrow(UnlinkableMachine)
  expect(short(await engine.handle(intent('start', { answers: [named('jdoe')] }))).view).toBe('emailValidation validateCode')
})
