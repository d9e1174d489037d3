import { expect, test } from 'vitest'
import { bytesOf } from '../../../src/dialects/forgerock/credentials.js'
import { readSettings } from '../../../src/dialects/forgerock/settings.js'

const DEFAULTS = {
  basePaths: ['/openidm'],
  credentials: { pair: bytesOf({ userName: 'anonymous', password: 'anonymous' }) },
  csrf: true,
  weakPassword: 'requirements',
}

test.for([
  ['nothing', {}, DEFAULTS],
  ['base paths', { basePaths: ['/json/realms/root'] }, { ...DEFAULTS, basePaths: ['/json/realms/root'] }],
  ['no credentials', { credentials: 'off', userName: 'x' }, { ...DEFAULTS, credentials: 'off' }],
  [
    'other credentials',
    { userName: 'u', password: 'p' },
    { ...DEFAULTS, credentials: { pair: bytesOf({ userName: 'u', password: 'p' }) } },
  ],
  ['no rule against forged requests', { csrf: false }, { ...DEFAULTS, csrf: false }],
  ['the older style', { weakPassword: 'error' }, { ...DEFAULTS, weakPassword: 'error' }],
] as const)('reads settings: %s', ([, given, settings]) => {
  expect(readSettings(given)).toEqual(settings)
})

test.for([
  [{ basePaths: '/openidm' }, '`basePaths` is a list'],
  [{ basePaths: [1] }, '`basePaths` is text'],
  [{ password: 1 }, '`password` is text'],
] as const)('throws for settings that nobody checked: %j', ([given, message]) => {
  expect(() => readSettings(given)).toThrow(message)
})
