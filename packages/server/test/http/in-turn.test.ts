import { expect, test } from 'vitest'
import type { Intent, Reply } from '@rekey/core'
import type { IntentRoute } from '../../src/dialect/dialect.js'
import { runRoute } from '../../src/http/run-route.js'
import { request } from '../dialects/centrify/wire.js'

const asked = request('POST', '/')
const open: Reply = {
  view: {
    is: 'open',
    flow: 'f',
    conversation: 'c',
    token: 't',
    expiresAt: 0,
    requirement: {} as never,
    handles: {},
    address: 'f',
    mayBecome: [],
  },
}
const ended: Reply = {
  view: { is: 'ended', flow: 'f', conversation: 'c', as: 'completed', step: { id: 's', type: 's' }, outputs: {}, address: 'f' },
}
const refused: Reply = { problem: { code: 'answer-rejected' } }

test.for<readonly [string, readonly Reply[], readonly string[], Reply]>([
  ['all are carried out, and the last is answered', [open, open, ended], ['a', 'b', 'c'], ended],
  ['nothing follows a problem', [open, refused, ended], ['a', 'b'], refused],
  ['nothing follows an end', [ended, refused, open], ['a'], ended],
])('of several intents %s', async ([, replies, carriedOut, answered]) => {
  const seen: string[] = []
  const written: Reply[] = []
  const engine = {
    handle: ({ target }: Intent) => {
      seen.push(typeof target === 'string' ? target : '')
      return Promise.resolve(replies[seen.length - 1] ?? {})
    },
    query: () => Promise.reject(new Error('nothing is asked')),
  }
  const route: IntentRoute = {
    method: 'POST',
    path: '/',
    read: ({ address, requestId }) =>
      ['a', 'b', 'c'].map((target) => ({
        act: 'submit',
        dialect: 'd',
        flow: '',
        target,
        answers: [],
        request: { languages: [], address, requestId },
      })),
    write(view, problem) {
      written.push({ ...(view && { view }), ...(problem && { problem }) })
      return { status: 200, headers: {} }
    },
  }
  await runRoute(engine, route, asked)
  expect([seen, written]).toEqual([carriedOut, [answered]])
})
