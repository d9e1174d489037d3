import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DueQueue } from '../../src/memory/due-queue.js'

test('whatever the order they come in, values are taken in the order of their times, each once and none before', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 })), fc.array(fc.nat({ max: 25 })), (times, looks) => {
      const queue = new DueQueue<{ readonly dueAt: number; readonly came: number }>()
      for (const [came, dueAt] of times.entries()) queue.push(dueAt, { dueAt, came })
      const expected = times.map((dueAt, came) => ({ dueAt, came })).toSorted((a, b) => a.dueAt - b.dueAt || a.came - b.came)
      for (const now of [...looks, 20]) {
        expect(queue.next).toBe(expected[0]?.dueAt)
        const due = expected.filter(({ dueAt }) => dueAt <= now)
        expect(queue.takeDue(now)).toEqual(due)
        expected.splice(0, due.length)
        expect(queue.size).toBe(expected.length)
      }
    }),
  )
})
