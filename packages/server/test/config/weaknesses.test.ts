import { SourceFile, compileFlows, createRegistry } from '@rekey/core'
import { builtInSteps } from '@rekey/steps'
import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load-config.js'
import type { Flags } from '../../src/config/overrides.js'
import { lacksPublicUrl, publicUrlOf } from '../../src/config/public-url.js'
import { weaknesses } from '../../src/config/weaknesses.js'
import { dialects } from '../../src/dialects/index.js'

const registry = createRegistry([builtInSteps], dialects)
const flow = (steps: string, more = '') => compileFlows([new SourceFile('a.yaml', `flow: a\n${more}steps: [${steps}]\n`)], registry).flows

const issuer = (name: string) =>
  ({
    issuer: name,
    jwks: { is: 'url', url: `${name}/jwks` },
    algorithms: ['RS256'],
    subject: 'id',
    clockSkewSeconds: 30,
  }) as const

async function load(env: Record<string, string>, flags: Flags = {}) {
  const loaded = await loadConfig({ env, cwd: import.meta.dirname, flags, dialects })
  if (loaded.is === 'faults') throw new Error(loaded.faults[0]?.message)
  return loaded.config
}

test('SEC-77 a server on its defaults says what is weak about them', async () => {
  expect(weaknesses(await load({}), [])).toEqual([
    'dev is on: anybody on this machine can read the mailbox',
    'the directory holds the demo people, whose passwords and answers are public',
    'passwords follow the demo profile: 8 characters, and no list of common ones',
    'keys come from a generated file: other machines do not share them, and without the file open conversations are lost',
    'conversations are kept in memory: a restart ends them',
    'tokens of the demo issuer and the demo secrets of callers are accepted: `rekey token` signs in as anybody',
  ])
})

test.for([
  ['a start in earnest on a file that holds the demo people', { NODE_ENV: 'production' }, true, 1],
  ['one on a file that does not', { NODE_ENV: 'production' }, false, 0],
  ['the demonstration, which says so already', {}, true, 0],
] as const)('%s', async ([, env, hasDemo, said]) => {
  const config = await load(env)
  const told = weaknesses(config, [], { hasDemo }).filter((sentence) => sentence.startsWith('the demo people were taken into'))
  expect(told).toEqual(
    Array(said).fill(
      `the demo people were taken into \`${config.directory.file}\`, and anybody can log in as them: name another file in \`directory.file\``,
    ),
  )
})

test('SEC-77 what a configuration and a flow weaken is said as well', async () => {
  const config = await load({ NODE_ENV: 'production' })
  const weakened = {
    ...config,
    publicUrl: 'http://id.example.com',
    bearers: { issuers: [issuer('https://id.example.com'), { ...issuer('https://other.example.com'), audience: 'rekey' }] },
    passwords: {
      profile: 'standard',
      rules: { minLength: 8, common: false },
      hashing: { ...config.passwords.hashing, memoryKiB: 8, passes: 1 },
    },
  } as const
  expect(weaknesses(weakened, flow('userQuery, emailValidation, reset', 'unknownAccount: reveal\n'))).toEqual([
    'passwords may have 8 characters, of 15 by default',
    'common passwords are allowed',
    'hashing costs less than the default: stolen hashes are cheaper to guess',
    'keys come from a generated file: other machines do not share them, and without the file open conversations are lost',
    'conversations are kept in memory: a restart ends them',
    'mails are kept in memory, where nobody can read them: configure `mail.smtp`',
    'text messages are kept in memory, where nobody can read them: configure `sms.url`',
    'tokens of `https://id.example.com` are accepted whoever they were made for: configure its `audience`',
    '`publicUrl` is no https address: whoever listens on the way reads the links of mails',
    'the flow `a` tells callers whether an account exists',
  ])
})

test.for([
  ['loopback', '127.0.0.1', undefined, 'userQuery, emailValidation, reset', false],
  ['a network without an address for links', '0.0.0.0', undefined, 'userQuery, emailValidation, reset', true],
  ['a network with one', '0.0.0.0', 'https://id.example.com', 'userQuery, emailValidation, reset', false],
  ['a network, and text messages', '0.0.0.0', undefined, 'userQuery, smsValidation, reset', true],
  ['a network, and text messages with a link', '0.0.0.0', undefined, 'userQuery, smsValidation: { link: true }, reset', true],
  ['a network, and messages that somebody may pick', '0.0.0.0', undefined, 'userQuery, { choose: [smsValidation, totp] }, reset', true],
  ['a network, but no messages', '0.0.0.0', undefined, 'userQuery, kba, reset', false],
] as const)('%s', async ([, host, publicUrl, steps, lacks]) => {
  const config = await load({}, { host })
  const [compiled] = flow(steps, 'speaks: { airlock: {} }\n')
  expect(compiled && lacksPublicUrl({ ...config, ...(publicUrl !== undefined && { publicUrl }) }, compiled, registry)).toBe(lacks)
})

test.for([
  ['::1', undefined, 'http://[::1]:9000'],
  ['127.0.0.1', undefined, 'http://127.0.0.1:9000'],
  ['0.0.0.0', 'https://id.example.com', 'https://id.example.com'],
] as const)('links of a server on %s, configured as %s, begin with %s', async ([host, publicUrl, expected]) => {
  const config = await load({}, { host })
  expect(publicUrlOf({ ...config, ...(publicUrl !== undefined && { publicUrl }) }, 9000)).toBe(expected)
})

test('SEC-28 more failures in a row than a standard allows are a weakness', async () => {
  const config = await load({})
  const { failures } = config.limits
  const wide = { ...config, limits: { ...config.limits, failures: { ...failures, inRow: { ...failures.inRow, most: 500 } } } }
  const told = weaknesses(config, [])
  expect(weaknesses(wide, []).filter((sentence) => !told.includes(sentence))).toEqual([
    'a person may fail 500 times in a row, of 100 that a standard allows',
  ])
})

test.for<readonly [networks: readonly string[], isTold: boolean]>([
  [['10.0.0.0/8', 'fd00::/8'], false],
  [['10.0.0.0/8', '0.0.0.0/0'], true],
  [['::/0'], true],
  [[], false],
])('SEC-29 trusting everybody as a proxy is a weakness: %s', async ([trustedProxies, isTold]) => {
  const config = await load({})
  const told = weaknesses({ ...config, trustedProxies }, []).filter((sentence) => sentence.includes('proxy'))
  expect(told).toEqual(
    isTold ? ['everybody is a trusted proxy: callers say themselves which address they come from, and no limit of an address holds'] : [],
  )
})
