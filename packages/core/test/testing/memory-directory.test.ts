import { MemoryDirectory, directoryContract } from '@rekey/core/testing'
import { expect, test } from 'vitest'

directoryContract('the directory in memory', async ({ people, ...options }) => ({
  directory: new MemoryDirectory(people, options),
  close: () => undefined,
}))

test('counts its calls and lets a test edit people', async () => {
  const directory = new MemoryDirectory([{ id: 'p1', userName: 'jdoe', mail: 'old@example.com' }])
  directory.edit('p1', { mail: 'new@example.com' })
  expect(await directory.find({ is: 'equals', field: 'mail', value: 'new@example.com' })).toEqual([await directory.read('p1')])
  expect(directory.calls).toEqual(['read', 'find'].toSorted())
  expect(() => directory.edit('p2', {})).toThrow(RangeError)
})
