import { join } from 'node:path'
import { expect, test } from 'vitest'
import { weaknesses } from '../../src/config/weaknesses.js'
import { loadText } from './load-text.js'

async function load(passwords: object) {
  const { config, folder } = await loadText(JSON.stringify({ passwords }), { beside: ['pwned.txt'] })
  return { passwords: config.passwords, told: weaknesses(config, []), folder }
}

test('the line of hashes and the older ones are as configured', async () => {
  const { passwords } = await load({ hashing: { concurrency: 2, queue: 10, older: ['$2b$12$', '$6$rounds=5000$'] } })
  expect(passwords.hashing).toEqual({
    memoryKiB: 19_456,
    passes: 2,
    lanes: 1,
    concurrency: 2,
    queue: 10,
    older: ['$2b$12$', '$6$rounds=5000$'],
  })
  expect(passwords.breached).toBeUndefined()
})

test('a service needs an address, and refuses by default what cannot be looked up', async () => {
  const { passwords } = await load({ breached: { range: { url: 'https://pwned.example.com/range/' } } })
  expect(passwords.breached).toEqual({
    source: { is: 'range', url: 'https://pwned.example.com/range/', timeoutMs: 3_000, padding: true },
    minCount: 1,
    onFault: 'refuse',
  })
})

test('the path of a list counts from the file', async () => {
  const { passwords, folder } = await load({ breached: { file: 'pwned.txt', minCount: 10, onFault: 'allow' } })
  expect(passwords.breached).toEqual({ source: { is: 'file', file: join(folder, 'pwned.txt') }, minCount: 10, onFault: 'allow' })
})

test('what is weaker than it could be is said', async () => {
  const url = 'https://pwned.example.com/range/'
  const said = async (breached: object) => (await load({ breached })).told.filter((sentence) => sentence.includes('breached'))
  expect(await said({ range: { url } })).toEqual([])
  expect(await said({ range: { url, padding: false }, onFault: 'allow' })).toEqual([
    'passwords are taken while the list of breached ones cannot be read',
    'the size of answers from the list of breached passwords tells whoever listens on the way a little of each new password',
  ])
})

test.for([
  ['neither', {}, 'takes either `range` or `file`'],
  ['a list that is not there', { file: 'missing.txt' }, '`passwords.breached.file` names `missing.txt`, which is not there'],
  ['http across a network', { range: { url: 'http://pwned.example.com/range/' } }, '`passwords.breached.range.url` takes an https address'],
  ['an address with a query', { range: { url: 'https://pwned.example.com/range?p=' } }, '`passwords.breached.range.url` takes'],
  ['an address with a log-in', { range: { url: 'https://a:b@pwned.example.com/' } }, '`passwords.breached.range.url` takes'],
  ['a long time', { range: { url: 'https://pwned.example.com/', timeout: '11s' } }, 'takes from `1s` to `10s`'],
] as const)('refuses %s', async ([, breached, message]) => {
  await expect(load({ breached })).rejects.toThrow(message)
})
