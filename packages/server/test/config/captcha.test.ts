import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printText } from '@rekey/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CAPTCHA_VENDORS, VENDORS } from '../../src/adapters/captcha/vendors.js'
import { lacksCaptcha } from '../../src/config/lacks-captcha.js'
import { loadConfig } from '../../src/config/load-config.js'
import { weaknesses } from '../../src/config/weaknesses.js'
import { run } from '../../src/cli/run.js'
import { dialects } from '../../src/dialects/index.js'
import { capturedIo } from '../cli/captured-io.js'
import { flowOf } from '../types/modules.js'

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-captcha-config-'))
})
afterAll(() => rm(cwd, { recursive: true }))

async function load(providers: string) {
  await writeFile(join(cwd, 'rekey.yaml'), `captcha:\n  providers:\n${providers}`)
  const loaded = await loadConfig({ env: { SECRET: 'a-secret-of-the-site' }, cwd, dialects })
  if (loaded.is === 'faults') throw new Error(printText(loaded.faults))
  return loaded.config
}

const provider = (vendor: string, more = '') =>
  `    - { name: ${vendor}, vendor: ${vendor}, siteKey: site, secret: '\${SECRET}', url: 'https://captcha.example.com/verify'${more} }\n`

test('providers, with their defaults', async () => {
  const { captcha } = await load(
    [
      `    - { vendor: recaptcha-v3, siteKey: site, secret: '\${SECRET}' }\n`,
      `    - { name: eu, vendor: friendly-captcha, siteKey: site, secret: '\${SECRET}', url: 'https://eu.frcapi.com/api/v2/captcha/siteverify', hosts: [ID.Example.com], timeout: 2s }\n`,
      provider('siteverify', ', minScore: 0.9'),
    ].join(''),
  )
  expect(captcha.providers.map(({ secret, ...rest }) => ({ ...rest, secret: secret.reveal() }))).toEqual([
    {
      name: 'default',
      vendor: 'recaptcha-v3',
      url: 'https://www.google.com/recaptcha/api/siteverify',
      siteKey: 'site',
      secret: 'a-secret-of-the-site',
      hosts: [],
      minScore: 0.5,
      timeoutMs: 5_000,
    },
    {
      name: 'eu',
      vendor: 'friendly-captcha',
      url: 'https://eu.frcapi.com/api/v2/captcha/siteverify',
      siteKey: 'site',
      secret: 'a-secret-of-the-site',
      hosts: ['id.example.com'],
      timeoutMs: 2_000,
    },
    {
      name: 'siteverify',
      vendor: 'siteverify',
      url: 'https://captcha.example.com/verify',
      siteKey: 'site',
      secret: 'a-secret-of-the-site',
      hosts: [],
      minScore: 0.9,
      timeoutMs: 5_000,
    },
  ])
})

test('a secret of the vendors’ documentation is told as a weakness (SEC-77)', async () => {
  const told = async (vendor: string, secret: string) =>
    weaknesses(
      await load(`    - { vendor: ${vendor}, siteKey: site, secret: '${secret}', url: 'https://captcha.example.com' }\n`),
      [],
    ).filter((sentence) => sentence.includes('captcha'))
  for (const vendor of CAPTCHA_VENDORS) {
    expect(await told(vendor, 'a-secret-of-the-site')).toEqual([])
    for (const secret of VENDORS[vendor].testSecrets)
      expect(await told(vendor, secret)).toEqual([
        'the provider of captchas `default` has a secret of the vendor’s documentation: every program passes',
      ])
  }
})

const flow = (steps: string) => flowOf(`flow: a\nspeaks: [forgerock]\nsteps: [${steps}, userQuery, emailValidation, reset]\n`)

test.for([
  ['turnstile', 'captcha: { provider: turnstile, action: reset }', undefined],
  ['turnstile', 'captcha: { provider: turnstile }', undefined],
  ['hcaptcha', 'captcha: { provider: hcaptcha }', undefined],
  ['hcaptcha', 'captcha: { provider: hcaptcha, action: reset }', 'its step `captcha` names an `action`, and `hcaptcha` does not tell any'],
  ['turnstile', 'captcha', 'its step `captcha` asks the provider of captchas `default`, which is not configured'],
  [
    'turnstile',
    '{ captcha: { provider: other }, id: human }',
    'its step `human` asks the provider of captchas `other`, which is not configured',
  ],
  [
    'turnstile',
    'choose: [captcha: { provider: turnstile }, { captcha: { provider: other }, id: human }]',
    'its step `human` asks the provider',
  ],
] as const)('beside a provider of %s, `%s`', async ([vendor, step, why]) => {
  const lack = lacksCaptcha(await load(provider(vendor)), flow(step))
  const said = lack && `its step \`${lack.id}\` ${lack.why}: ${lack.help}`
  expect(why === undefined ? said : said?.slice(0, why.length)).toBe(why)
})

test('`rekey check` finds the captcha of a flow that nobody judges, and ends as for any error', async () => {
  await writeFile(join(cwd, 'rekey.yaml'), 'flows: ./guarded.yaml\n')
  const steps = '  - userQuery\n  - captcha: { provider: other }\n    id: human\n  - emailValidation\n  - reset\n'
  await writeFile(join(cwd, 'guarded.yaml'), `flow: guarded\nspeaks: [forgerock]\nsteps:\n${steps}`)
  const check = async (...more: readonly string[]) => {
    const io = capturedIo(cwd)
    return [await run(['check', ...more], io), io.written.out] as const
  }
  const [code, told] = await check()
  expect(code).toBe(1)
  expect(told)
    .toContain(`guarded.yaml:5:5 error[config-unusable-step]: the step \`human\` asks the provider of captchas \`other\`, which is not configured
  |
4 |   - userQuery
5 |   - captcha: { provider: other }
  |     ^^^^^^^ not with this
6 |     id: human
  = help: add it to \`captcha.providers\`
  = docs: docs/configuration.md
`)
  expect(told).toContain('1 flow, 1 error, no warnings\n')
  expect(told).toContain('\n  not served, as told above\n')
  expect(told.split('asks the provider')).toHaveLength(2)
  for (const repairs of [['--fix'], ['--dry'], ['--fix', '--dry']]) {
    const [left, said] = await check(...repairs)
    expect([repairs, left, said]).toEqual([repairs, 1, expect.stringContaining('error[config-unusable-step]: the step `human`')])
  }
  const [failed, json] = await check('--format', 'json')
  expect([failed, json]).toEqual([1, expect.stringContaining('"code": "config-unusable-step"')])
  const providers = `captcha: { providers: [{ name: other, vendor: turnstile, siteKey: k, secret: '${'s'.repeat(16)}' }] }\n`
  await writeFile(join(cwd, 'rekey.yaml'), `flows: ./guarded.yaml\n${providers}`)
  expect((await check())[0]).toBe(0)
})

test('`rekey check --fix` repairs a flow whose captcha nobody judges, and tells that it is left', async () => {
  await writeFile(join(cwd, 'rekey.yaml'), 'flows: ./slip.yaml\n')
  const text = 'flow: slip\nspeaks: [forgerock]\nsteps:\n  - captcha: { provider: other }\n  - userQuery\n  - emailValidatoin\n  - reset\n'
  await writeFile(join(cwd, 'slip.yaml'), text)
  const io = capturedIo(cwd)
  expect(await run(['check', '--fix'], io)).toBe(1)
  expect(await readFile(join(cwd, 'slip.yaml'), 'utf8')).toBe(text.replace('Validatoin', 'Validation'))
  expect(io.written.out).toMatch(/error\[config-unusable-step\][^]*\n1 repair in 1 file; 1 left\n$/)
})

test.for(['airlock', 'centrify', 'cidaas: { as: forgot }', 'bright-pattern'])('%s has no word for a captcha', (name) => {
  expect(() =>
    flowOf(`flow: a\nspeaks: { ${name.includes(':') ? name : `${name}: {}`} }\nsteps: [captcha, userQuery, emailValidation, reset]\n`),
  ).toThrow(new RegExp(`error\\[dialect-cannot-ask\\]: the dialect \`${name.split(':')[0]}\` cannot ask for \`captcha\``))
})
