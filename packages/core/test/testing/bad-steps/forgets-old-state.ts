import { ask, defineStep, done, rejected } from '../../../src/index.js'

/** Says that it finishes version 1, and expects what version 1 never kept. */
export const forgetsOldState = defineStep({
  type: 'acme/forgetsOldState',
  version: 2,
  finishes: [1],
  description: 'Takes one of the colours it offered',
  kind: 'attributes',
  asks: 'Pick a colour',
  answer: { colour: { type: 'string', enum: ['red', 'blue'] } },
  required: ['colour'],
  prepare: () => ask({ tag: 'initial' }, { state: { offered: ['red', 'blue'] } }),
  submit({ state }, { colour }) {
    const { offered } = state
    if (!Array.isArray(offered)) throw new TypeError('nothing was offered')
    return offered.includes(colour) ? done() : rejected('not-offered', '/colour')
  },
})
