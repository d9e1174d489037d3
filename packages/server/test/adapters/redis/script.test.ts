import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { connectRedis } from '../../../src/adapters/redis/index.js'
import { defineScript } from '../../../src/adapters/redis/script.js'

const ECHO = { name: 'testEcho', lua: 'return { KEYS[1], KEYS[2], unpack(ARGV) }' }

let redis: Redis

beforeAll(() => {
  redis = connectRedis(inject('redisUrl'), { onError: (error) => process.emitWarning(error) })
})
afterAll(() => redis.disconnect())

test('keys and arguments arrive as they were given, whatever stands beside them', async () => {
  const echo = defineScript(redis, ECHO)
  const keys = ['one', 'zwölf €']
  const args = ['', 'naïve \u{1f511}', 7, -1, Buffer.alloc(0), Buffer.from([0, 13, 10, 255]), Buffer.from('a'), '$3\r\nx', 1795344400000]
  const bytes = [...keys, ...args].map((one) => (Buffer.isBuffer(one) ? one : Buffer.from(String(one))))
  expect(await echo(keys, args)).toEqual(bytes)
  expect(await echo(keys, args)).toEqual(bytes)
  expect(await echo(keys, ['text alone'])).toEqual([...keys, 'text alone'].map((text) => Buffer.from(text)))
})

test('a Redis that has lost its scripts is given them again', async () => {
  const echo = defineScript(redis, { ...ECHO, lua: `${ECHO.lua} -- lost` })
  await echo(['a', 'b'], [1])
  await redis.script('FLUSH')
  const answers = await Promise.all([echo(['a', 'b'], [2]), echo(['a', 'b'], [3])])
  expect(answers.map(String)).toEqual(['a,b,2', 'a,b,3'])
})

test('what a script says went wrong is said to its caller', async () => {
  await expect(defineScript(redis, { name: 'testFault', lua: "error('as it should')" })([], [])).rejects.toThrow('as it should')
})
