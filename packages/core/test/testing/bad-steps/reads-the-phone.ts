import { defineStep, done } from '../../../src/index.js'

/** Says that a mail address is all it needs. */
export const readsThePhone = defineStep({
  type: 'acme/readsThePhone',
  version: 1,
  description: 'Writes where to call',
  needs: ['mail'],
  writes: { area: { type: 'string' } },
  prepare: ({ principal: { phone = '' } }) => done({ facts: { area: phone === '' ? String(undefined) : phone.slice(0, 3) } }),
})
