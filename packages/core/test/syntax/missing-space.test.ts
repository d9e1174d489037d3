import { expect, test } from 'vitest'
import { findMissingSpace } from '../../src/syntax/missing-space.js'

test.for([
  ['-userQuery', { mark: '-', span: { start: 10, end: 11 } }],
  ['userQuery\n  -kba', { mark: '-', span: { start: 22, end: 23 } }],
  ['kba:2', { mark: ':', span: { start: 13, end: 14 } }],
  ['- kba:{ ask: 2 }', { mark: ':', span: { start: 15, end: 16 } }],
  ['flow:reset\n-kba', { mark: ':', span: { start: 14, end: 15 } }],
  ['- userQuery', undefined],
  ['kba: 2', undefined],
  ['kba:', undefined],
  ['https://example.com', undefined],
  ['see the note:here', undefined],
  ['--- a', undefined],
  ['-1', undefined],
] as const)('%j', ([text, missing]) => {
  expect(findMissingSpace(text, 10)).toEqual(missing)
})
