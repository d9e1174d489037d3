import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Call } from '../wire/call.js'
import { house, WIRES, type House } from './house.js'
import { CANNOT, SCRIPTS, type Act, type Script } from './scripts.js'
import type { Visit } from './speaker.js'
import { storyOf } from './story.js'

let at: House
beforeAll(async () => {
  at = await house()
})
afterAll(() => at.close())

/** A number that was not used before: the same guess twice is the same request, and counts once. */
let used = 0
const next = () => (used += 1)
/** A code of the right form that nobody was sent. */
const guess = () => String(10_000_000 + next())

async function callFor(act: Act, visit: Visit, { mail }: Script): Promise<Call | undefined> {
  switch (act) {
    case 'a wrong code':
      return visit.types(guess())
    case 'the right code':
      return visit.types(mail === undefined ? guess() : await at.code(mail))
    case 'a weak password':
      return visit.chooses('short')
    case 'a good password':
      return visit.chooses(`N3w-passw0rd-${next()}`)
    case 'the code once more':
      return visit.asksAgain?.()
    case 'gives up':
      return visit.leaves?.()
  }
}

async function played(wire: (typeof WIRES)[number], script: Script) {
  const from = at.events.length
  const visit = await at.named(wire, script.who)
  const told: string[] = []
  for (const [index, act] of script.acts.entries()) {
    const call = await callFor(act, visit, script)
    if (!call) throw new Error(`${wire.name} has no call for: ${act}`)
    told.push(await at.says(visit, call))
    // What was sent again is awaited, so that the next act reads it.
    if (act === 'the code once more') await at.dispatched(from, 2 + script.acts.slice(0, index).filter((one) => one === act).length)
  }
  await at.dispatched(from, script.messages.length)
  return { told, ...storyOf(at.events, from) }
}

describe.each(SCRIPTS)('$title', (script) => {
  const able = WIRES.filter(({ name }) => !script.acts.some((act) => CANNOT[name]?.includes(act)))

  test.each(able)('SEC-76 over $name', async (wire) => {
    const { told, steps, messages } = script
    expect(await played(wire, script)).toEqual({ told, steps, messages })
  })
})

test('the table says exactly which wire has no call for what', async () => {
  const found = WIRES.map(({ name, visit }) => {
    const { asksAgain, leaves } = visit(at.send)
    return [name, [...(asksAgain ? [] : ['the code once more']), ...(leaves ? [] : ['gives up'])]]
  })
  expect(Object.fromEntries(found)).toEqual(CANNOT)
})

test('the code that is sent again is the same one, on every wire that sends it', async () => {
  for (const wire of WIRES) {
    const from = at.events.length
    const visit = await at.named(wire, 'admin')
    const first = await at.code('admin@example.com')
    const again = visit.asksAgain?.()
    if (!again) continue
    await at.says(visit, again)
    await at.dispatched(from, 2)
    expect([wire.name, await at.code('admin@example.com')]).toEqual([wire.name, first])
  }
})

test.each(WIRES)('in two tabs over $name, the tab that was slower changes nothing', async (wire) => {
  const from = at.events.length
  const slow = await at.named(wire, 'asmith')
  const code = await at.code('family@example.com')
  expect(await at.says(slow, slow.types(code))).toBe('next')
  const second = at.events.length
  const fast = await at.named(wire, 'asmith')
  expect(await at.says(fast, fast.types(await at.code('family@example.com')))).toBe('next')
  expect(await at.says(fast, fast.chooses(`Fast-passw0rd-${wire.name}`))).toBe('done')
  await at.dispatched(second, 2)
  expect(await at.says(slow, slow.chooses(`Slow-passw0rd-${wire.name}`))).toBe('refused')
  expect(await at.passwordIs('asmith', `Fast-passw0rd-${wire.name}`)).toBe(true)
  expect(storyOf(at.events, from).steps).toEqual(SLOW)
})

const SLOW = ['named userQuery', 'opened emailValidation', 'passed emailValidation', 'opened reset', 'ended reset already-changed']
