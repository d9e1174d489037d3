import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { Secret } from '@rekey/core'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { openCaptcha } from '../../src/compose/open-captcha.js'
import { vendorServer } from '../adapters/captcha/vendor-server.js'

test('the log tells which provider refused somebody or gave no verdict, and why, and nothing of either (SEC-74)', async () => {
  const vendor = await vendorServer([200, { success: false, 'error-codes': ['response-of-the-page', 'secret-of-the-site'] }])
  const lines = new PassThrough()
  const provider = {
    name: 'default',
    vendor: 'turnstile',
    url: vendor.url,
    siteKey: 'site',
    secret: new Secret('secret-of-the-site'),
    hosts: [],
    timeoutMs: 10_000,
  } as const
  const captcha = openCaptcha({ captcha: { providers: [provider] } }, pino({ base: null, timestamp: false }, lines))
  const verify = () => captcha.verify({ provider: 'default', response: new Secret('response-of-the-page') })
  expect(await verify()).toBe('robot')
  vendor.says([500, 'response-of-the-page'])
  await expect(verify()).rejects.toMatchObject({ code: 'CAPTCHA_STATUS' })
  lines.end()
  expect(
    (await text(lines))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { level: 30, provider: 'default', reason: 'not-good', msg: 'a captcha was not passed' },
    { level: 40, provider: 'default', reason: 'status', msg: 'a provider of captchas gave no verdict' },
  ])
  await vendor.close()
})
