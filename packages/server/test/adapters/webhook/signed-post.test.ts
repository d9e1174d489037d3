import { createHmac } from 'node:crypto'
import { Secret } from '@rekey/core'
import { expect, test } from 'vitest'
import { signedPost, WebhookFault } from '../../../src/adapters/webhook/signed-post.js'
import { receiver } from './receiver.js'

const SECRET = 'a secret of the receiver'
const NOW = 1_767_323_045_678
const call = (url: string, more: object = {}) =>
  signedPost({ url, secret: new Secret(SECRET), body: '{"a":"ä"}', timeoutMs: 5_000, maxAnswerBytes: 100, now: NOW, ...more })

test('posts the body as it is, signed with the time', async () => {
  const hook = await receiver((_, response) => void response.writeHead(200).end('{"result":"ok"}'))
  expect(await call(`${hook.url}/hook?x=1`)).toBe('{"result":"ok"}')
  const v1 = createHmac('sha256', SECRET).update('1767323045.{"a":"ä"}').digest('hex')
  expect(hook.calls.map(({ url, headers, body }) => [url, headers['content-type'], headers['rekey-signature'], body])).toEqual([
    ['/hook?x=1', 'application/json', `t=1767323045,v1=${v1}`, '{"a":"ä"}'],
  ])
  await hook.close()
})

test.for([
  ['a redirect, which is not followed (SEC-53)', 302, ''],
  ['a refusal', 400, ''],
  ['a fault', 500, ''],
  ['an overlong answer', 200, 'x'.repeat(101)],
] as const)('takes no yes from %s', async ([, status, body]) => {
  const hook = await receiver((_, response) => void response.writeHead(status, status === 302 ? { Location: '/elsewhere' } : {}).end(body))
  await expect(call(hook.url)).rejects.toThrow(WebhookFault)
  expect(hook.calls).toHaveLength(1)
  await hook.close()
})

test('waits no longer than it was told, and names neither address nor body', async () => {
  const hook = await receiver(() => undefined)
  await expect(call(hook.url, { timeoutMs: 100 })).rejects.toThrow(/^the receiver could not be reached in time$/)
  await hook.close()
  await expect(call(hook.url)).rejects.toThrow(/^the receiver could not be reached in time$/)
})
