import { expect, onTestFinished, test } from 'vitest'
import { flowOf } from './flows.js'
import { FIRST_PASSWORD, openHouse, SLOW } from './house.js'
import { Visitor } from './visitor.js'

const flows = { 'reset.yaml': flowOf('reset', ['userQuery', 'emailValidation', 'reset']) }
const USED_BEFORE = {
  result: false,
  failedPolicyRequirements: [{ property: 'password', policyRequirements: [{ policyRequirement: 'HISTORY' }] }],
}

test('a password that one process has set holds in another one, and after a restart', SLOW, async () => {
  const house = await openHouse({ flows, people: ['jdoe'] }, onTestFinished)
  // With the rule, a process refuses a password that it finds in force: so the wire tells as well what it thinks of it.
  const rules = { history: true }
  const [a, b] = await Promise.all([house.start({ rules }), house.start({ rules })])
  const jdoe = new Visitor(house, 'jdoe')
  expect(await jdoe.search(a)).toBe('emailValidation validateCode')
  expect(await jdoe.enterCode(a)).toBe('resetStage initial')
  expect(await jdoe.choosePassword(a, 'Correct-Horse-1')).toBe('resetStage end')

  const verdicts = async () => [await b.verifies('jdoe', 'Correct-Horse-1'), await b.verifies('jdoe', FIRST_PASSWORD)]
  expect(await verdicts()).toEqual([true, false])
  const restarted = await a.stop().then(() => house.start({ rules }))
  expect(await restarted.verifies('jdoe', 'Correct-Horse-1')).toBe(true)
  for (const server of [b, restarted]) {
    const again = new Visitor(house, 'jdoe')
    await again.search(server)
    await again.enterCode(server)
    const { status, body } = await again.answer(server, { password: 'Correct-Horse-1' })
    expect([status, body.tag, body.requirements]).toMatchObject([200, 'initial', { error: { code: 403, detail: USED_BEFORE } }])
  }
})
