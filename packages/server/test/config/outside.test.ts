import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printText } from '@rekey/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load-config.js'
import { dialects } from '../../src/dialects/index.js'

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-outside-'))
  await writeFile(join(cwd, 'jwks.json'), '{"keys":[]}')
})
afterAll(() => rm(cwd, { recursive: true }))

async function load(text: string) {
  await writeFile(join(cwd, 'rekey.yaml'), text)
  const loaded = await loadConfig({ env: { SMS: 'a secret of the provider' }, cwd, dialects })
  if (loaded.is === 'faults') throw new Error(printText(loaded.faults))
  return loaded.config
}

test('what the server calls outside, with its defaults', async () => {
  const { sms, validators, bearers } = await load(`
sms: { url: 'https://sms.example.com/send', secret: '\${SMS}' }
validators:
  - { name: employee, command: '/opt/check "--site=Head Office"' }
  - { name: hook, url: 'http://127.0.0.1:9000/check', secret: a secret of the hook, property: status, value: '0', timeout: 3s }
bearers:
  issuers:
    - { issuer: 'https://id.example.com', jwks: 'https://id.example.com/jwks', audience: rekey }
    - { issuer: other, jwks: ./jwks.json, algorithms: [ES256, EdDSA], subject: mail, clockSkew: 1m }
`)
  expect(sms.providers.map(({ name, url, secret, timeoutMs }) => [name, url, secret.reveal(), timeoutMs])).toEqual([
    ['sms', 'https://sms.example.com/send', 'a secret of the provider', 10_000],
  ])
  expect(validators).toEqual([
    {
      name: 'employee',
      ask: { is: 'command', program: '/opt/check', args: ['--site=Head Office'] },
      property: 'result',
      value: 'ok',
      timeoutMs: 10_000,
    },
    {
      name: 'hook',
      ask: expect.objectContaining({ is: 'hook', url: 'http://127.0.0.1:9000/check' }),
      property: 'status',
      value: '0',
      timeoutMs: 3_000,
    },
  ])
  expect(bearers).toEqual({
    issuers: [
      {
        issuer: 'https://id.example.com',
        audience: 'rekey',
        jwks: { is: 'url', url: 'https://id.example.com/jwks' },
        algorithms: ['RS256'],
        subject: 'id',
        clockSkewSeconds: 30,
      },
      {
        issuer: 'other',
        jwks: { is: 'file', file: join(cwd, 'jwks.json') },
        algorithms: ['ES256', 'EdDSA'],
        subject: 'mail',
        clockSkewSeconds: 60,
      },
    ],
    demoKey: join(cwd, '.rekey/demo-issuer.json'),
  })
})

test('mail servers, in order, with their defaults', async () => {
  await writeFile(join(cwd, 'ca.pem'), '')
  const { mail } = await load(`
mail:
  providers:
    - { name: first, host: smtp.example.com, user: rekey, password: '\${SMS}', caFile: ./ca.pem, dkim: { domain: example.com, selector: s1, keyFile: ./ca.pem } }
    - { name: second, host: '127.0.0.1', port: 2525, tls: none, pool: { connections: 9 }, timeouts: { send: 5s } }
    - { name: third, host: smtp.example.net, tls: implicit }
`)
  const timeouts = { connectMs: 10_000, idleMs: 15_000, sendMs: 30_000 }
  const pool = { connections: 32, messages: 100 }
  const ca = join(cwd, 'ca.pem')
  expect(mail.providers).toMatchObject([
    { name: 'first', host: 'smtp.example.com', port: 587, tls: 'required', caFile: ca, pool, timeouts, login: { user: 'rekey' } },
    { name: 'second', host: '127.0.0.1', port: 2525, tls: 'none', pool: { connections: 9, messages: 100 }, timeouts: { sendMs: 5_000 } },
    { name: 'third', host: 'smtp.example.net', port: 465, tls: 'implicit' },
  ])
  expect(mail.providers[0]?.login?.password.reveal()).toBe('a secret of the provider')
  expect(mail.providers[0]?.dkim).toEqual({ domain: 'example.com', selector: 's1', keyFile: ca })
  expect(JSON.stringify(mail)).not.toContain('a secret')
})

test.for([
  ['none where people are not the demo', 'directory: { seed: none }'],
  ['none in production', 'dev: false'],
] as const)('demo tokens: %s', async ([, text]) => {
  expect((await load(text)).bearers).toEqual({ issuers: [] })
})

test.for([
  ['an algorithm of shared secrets', 'bearers: { issuers: [{ issuer: a, jwks: ./jwks.json, algorithms: [HS256] }] }', 'takes `RS256`'],
  ['no signature', 'bearers: { issuers: [{ issuer: a, jwks: ./jwks.json, algorithms: [none] }] }', 'takes `RS256`'],
  ['keys that are not there', 'bearers: { issuers: [{ issuer: a, jwks: ./none.json }] }', 'which is not there'],
  [
    'certificates that are not there',
    'mail: { smtp: { host: a, caFile: ./none.pem } }',
    '`mail.smtp.caFile` names `./none.pem`, which is not there',
  ],
  ['a mail server with a scheme', 'mail: { smtp: { host: "smtp://a" } }', '`mail.smtp.host` takes'],
  ['a short secret', "sms: { url: 'https://sms.example.com', secret: short }", 'at least 16 characters'],
] as const)('refuses %s', async ([, text, message]) => {
  await expect(load(text)).rejects.toThrow(message)
})
