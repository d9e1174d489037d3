import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Config } from '../../src/config/config.js'
import { loadConfig } from '../../src/config/load-config.js'
import { SHIPPED_FLOWS, SHIPPED_PEOPLE } from '../../src/config/resolve-config.js'
import { printText } from '@rekey/core'
import { dialects } from '../../src/dialects/index.js'

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-config-'))
})
afterAll(() => rm(cwd, { recursive: true }))

const KEY_A = '4yRzhdYwmGqYjyqyXx3UMZKQgoXA2tMEVZTkMwDn4yY'
const KEY_B = 'NJ0lqkZ1hWZ1p3V3PCJqvXoI8vKxkO0bU7nEDe6kpXo'

interface Given {
  readonly text?: string
  readonly env?: Record<string, string>
  readonly flags?: { readonly port?: string; readonly host?: string }
}

/** Loads a text as `rekey.yaml` of a folder of its own. */
async function load({ text, env = {}, flags = {} }: Given): Promise<Config> {
  const folder = await mkdtemp(join(cwd, 'case-'))
  if (text !== undefined) await writeFile(join(folder, 'rekey.yaml'), text)
  const loaded = await loadConfig({ env, cwd: folder, flags, dialects })
  if (loaded.is === 'faults') throw new Error(printText(loaded.faults))
  return loaded.config
}

test('without a file, every key has a default', async () => {
  const loaded = await loadConfig({ env: {}, cwd, dialects })
  if (loaded.is === 'faults') throw new Error(printText(loaded.faults))
  const { source: _, ...config } = loaded.config
  expect(config).toEqual({
    port: 8080,
    host: '127.0.0.1',
    processes: 1,
    dev: true,
    flows: SHIPPED_FLOWS,
    plugins: [],
    attributes: {},
    knownDialects: dialects,
    store: { is: 'memory' },
    directory: { file: join(cwd, '.rekey/demo.db'), seed: SHIPPED_PEOPLE, isDemo: true, historySize: 5 },
    mail: {
      mailbox: true,
      tellsAddress: false,
      from: 'Rekey <no-reply@localhost>',
      file: join(cwd, '.rekey/mailbox.jsonl'),
      providers: [],
    },
    sms: { providers: [] },
    validators: [],
    captcha: { providers: [] },
    bearers: { issuers: [], demoKey: join(cwd, '.rekey/demo-issuer.json') },
    keys: { is: 'file', file: join(cwd, '.rekey/keys.json') },
    passwords: { profile: 'demo', rules: {}, hashing: { memoryKiB: 19_456, passes: 2, lanes: 1, queue: 256, older: [] } },
    limits: {
      failures: { principal: { count: 5, seconds: 3600 }, inRow: { free: 10, waitSeconds: 60, longestSeconds: 86_400, most: 100 } },
      starts: { address: { count: 600, seconds: 3600 } },
      messages: { conversation: 3, destination: { count: 5, seconds: 3600 } },
    },
    startCeiling: { count: 10_000, seconds: 60 },
    dialects: expect.objectContaining({
      forgerock: {
        basePaths: ['/openidm'],
        credentials: 'required',
        userName: 'anonymous',
        password: 'anonymous',
        csrf: true,
        weakPassword: 'requirements',
      },
    }),
    log: { level: 'info' },
    audit: { is: 'log' },
    metrics: { is: 'off' },
    traces: { is: 'off' },
    stop: { noticeMs: 0 },
    trustedProxies: [],
    http: {
      answersEveryMs: 5,
      bodyBytes: 65_536,
      connections: 10_000,
      connectionsPerAddress: 500,
      headerBytes: 16_384,
      headers: 100,
      headersMs: 10_000,
      idleMs: 60_000,
      keepAliveMs: 10_000,
      requestMs: 20_000,
      requestsAtOnce: 2_000,
      requestsAtWork: 1_000,
      requestsPerConnection: 1_000,
    },
  })
})

describe('the environment wins over the file, the command line over both', () => {
  test.for([
    ['the file', { text: 'port: 1\nhost: 127.0.0.2' }, { port: 1, host: '127.0.0.2' }],
    ['PORT and HOST', { text: 'port: 1\nhost: 127.0.0.2', env: { PORT: '2', HOST: '127.0.0.3' } }, { port: 2, host: '127.0.0.3' }],
    ['empty variables say nothing', { text: 'port: 1', env: { PORT: '', HOST: '' } }, { port: 1, host: '127.0.0.1' }],
    ['flags', { text: 'port: 1', env: { PORT: '2', HOST: '127.0.0.3' }, flags: { port: '3', host: '::1' } }, { port: 3, host: '::1' }],
    ['a bad value of the file that is overridden', { text: 'port: many', env: { PORT: '2' } }, { port: 2, host: '127.0.0.1' }],
    ['brackets of a URL', { flags: { host: '[::1]' } }, { port: 8080, host: '::1' }],
  ] as const satisfies readonly (readonly [string, Given, object])[])('%s', async ([, given, expected]) => {
    const { port, host } = await load(given)
    expect({ port, host }).toEqual(expected)
  })

  test('REDIS_URL makes the store a shared one', async () => {
    const text = `keys:\n  signing: [{ id: a, secret: ${KEY_A} }]\n  stable: ${KEY_B}\n`
    const { store, keys } = await load({ text, env: { REDIS_URL: 'redis://user:pass@127.0.0.1:6379/2' } })
    const url = store.is === 'redis' && store.server.place.is === 'server' && store.server.place.url.reveal()
    expect(store.is === 'redis' && { prefix: store.prefix, url }).toEqual({
      prefix: 'rekey:',
      url: 'redis://user:pass@127.0.0.1:6379/2',
    })
    expect(JSON.stringify({ store, keys })).toBe(
      '{"store":{"is":"redis","prefix":"rekey:","server":{"place":{"is":"server","url":"[secret]"},"timeoutMs":2000}},"keys":{"is":"configured","ring":{"signing":[{"id":"a","secret":"[secret]"}],"stable":"[secret]"}}}',
    )
  })

  test('REKEY_CONFIG names the file, and relative paths count from its folder', async () => {
    const folder = await mkdtemp(join(cwd, 'elsewhere-'))
    await writeFile(join(folder, 'own.yaml'), 'directory: { file: people.db }\n')
    const loaded = await loadConfig({ env: { REKEY_CONFIG: join(folder, 'own.yaml') }, cwd, dialects })
    expect(loaded.is === 'config' && [loaded.config.directory.file, loaded.config.keys]).toEqual([
      join(folder, 'people.db'),
      { is: 'file', file: join(folder, '.rekey/keys.json') },
    ])
  })

  test('a file that is named and not there is a fault where it is named', async () => {
    const loaded = await loadConfig({ env: { REKEY_CONFIG: 'gone.yaml' }, cwd, dialects })
    expect(loaded.is === 'faults' && printText(loaded.faults))
      .toBe(`environment:1:14 error[config-unreadable]: \`gone.yaml\` cannot be read: there is no such file
  |
1 | REKEY_CONFIG=gone.yaml
  |              ^^^^^^^^^ this file
  = docs: docs/configuration.md
`)
  })
})

describe('SEC-78 what is fit for development only stays on a machine of one', () => {
  test.for([
    ['a loopback address', {}, { dev: true, profile: 'demo', seed: 'people.yaml' }],
    ['another loopback address', { text: 'host: 127.8.9.10' }, { dev: true, profile: 'demo', seed: 'people.yaml' }],
    ['localhost', { env: { HOST: 'localhost' } }, { dev: true, profile: 'demo', seed: 'people.yaml' }],
    ['production', { env: { NODE_ENV: 'production' } }, { dev: false, profile: 'standard', seed: undefined }],
    ['all addresses', { env: { HOST: '0.0.0.0' } }, { dev: false, profile: 'standard', seed: undefined }],
    ['all addresses of IPv6', { env: { HOST: '::' } }, { dev: false, profile: 'standard', seed: undefined }],
    ['a name', { env: { HOST: 'id.example.com' } }, { dev: false, profile: 'standard', seed: undefined }],
    ['a public address', { text: 'publicUrl: https://id.example.com' }, { dev: false, profile: 'standard', seed: undefined }],
    ['a public address of this machine', { text: "publicUrl: 'http://[::1]:9000'" }, { dev: true, profile: 'demo', seed: 'people.yaml' }],
    ['a proxy before it', { text: 'trustedProxies: [127.0.0.0/8]' }, { dev: false, profile: 'standard', seed: undefined }],
    ['switched off', { text: 'dev: false' }, { dev: false, profile: 'standard', seed: undefined }],
    [
      'switched on in production',
      { text: 'dev: true', env: { NODE_ENV: 'production' } },
      { dev: true, profile: 'demo', seed: 'people.yaml' },
    ],
    [
      'demo people written down',
      { text: 'directory: { seed: demo }', env: { HOST: '0.0.0.0' } },
      { dev: false, profile: 'standard', seed: 'people.yaml' },
    ],
    ['nobody', { text: 'directory: { seed: none }' }, { dev: true, profile: 'standard', seed: undefined }],
    ['a profile written down', { text: 'passwords: { profile: standard }' }, { dev: true, profile: 'standard', seed: 'people.yaml' }],
  ] as const satisfies readonly (readonly [string, Given, object])[])('%s', async ([, given, expected]) => {
    const { dev, passwords, directory } = await load(given)
    expect({ dev, profile: passwords.profile, seed: directory.seed?.split('/').at(-1) }).toEqual(expected)
  })
})

describe('the demo people have a file of their own', () => {
  test.for([
    ['while they are the seed', '', '.rekey/demo.db'],
    ['also where they are written down', 'host: 0.0.0.0\ndirectory: { seed: demo }', '.rekey/demo.db'],
    ['a start in earnest does not meet them', 'dev: false', '.rekey/directory.db'],
    ['nobody', 'directory: { seed: none }', '.rekey/directory.db'],
    ['a file that is named', 'directory: { file: own.db }', 'own.db'],
  ] as const)('%s', async ([, text, file]) => {
    const { directory, source } = await load({ text })
    expect(directory.file).toBe(join(source.folder, file))
  })
})

describe('references to variables', () => {
  test.for([
    ['inside a text', 'mail: { from: "${NAME} <${NAME}@example.com>" }', { from: 'ada <ada@example.com>' }],
    ['for a number', 'port: ${NUMBER}', { port: 9000 }],
    ['for a truth value', 'dev: ${TRUTH}', { dev: false }],
    ['for a truth value in a group', 'mail: { mailbox: "${TRUTH}" }', { mailbox: false }],
    ['not expanded again', 'log: { level: "${LEVEL}" }', { level: 'debug' }],
  ] as const)('%s', async ([, text, expected]) => {
    const { port, dev, mail, log } = await load({ text, env: { NAME: 'ada', NUMBER: '9000', TRUTH: 'false', LEVEL: 'debug' } })
    expect({ port, dev, ...mail, ...log }).toMatchObject(expected)
  })

  test('`$${` is a literal `${`', async () => {
    const { directory } = await load({ text: 'directory: { file: "a$${NAME}.db" }', env: { NAME: 'ada' } })
    expect(directory.file.split('/').at(-1)).toBe('a${NAME}.db')
  })
})
