import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadText } from './load-text.js'

const load = async (text: string, env: Record<string, string> = {}) => (await loadText(text, { env })).config

test.for([
  ['nothing', '{}', { is: 'off' }],
  ['a host alone', 'metrics: { host: 0.0.0.0 }', { is: 'off' }],
  ['a port', 'metrics: { port: 9464 }', { is: 'own port', host: '127.0.0.1', port: 9464 }],
  ['a bearer', 'metrics: { bearer: 0123456789abcdef }', { is: 'main port', bearer: '[secret]' }],
  [
    'a port for others, with a bearer',
    "metrics: { port: 9464, host: '[::]', bearer: 0123456789abcdef }",
    { is: 'own port', host: '::', port: 9464, bearer: '[secret]' },
  ],
] as const)('metrics with %s', async ([, text, expected]) => {
  const { metrics } = await load(text)
  expect(JSON.parse(JSON.stringify(metrics))).toEqual(expected)
})

test('the audit trail in a folder', async () => {
  const { config, folder } = await loadText('audit: { folder: ./trail, rotateMegabytes: 2 }')
  expect(config.audit).toEqual({
    is: 'chained',
    folder: join(folder, 'trail'),
    sync: 'second',
    rotateBytes: 2 * 1024 * 1024,
  })
})

test.for([
  ['in development', '{}', {}, 0],
  ['elsewhere', '{}', { NODE_ENV: 'production' }, 5_000],
  ['as configured', 'stop: { notice: 30s }', {}, 30_000],
] as const)('the notice of a stop %s', async ([, text, env, noticeMs]) => {
  expect((await load(text, env)).stop).toEqual({ noticeMs })
})

test('a bearer is hidden in reports of faults', async () => {
  const refused = await load('metrics: { bearer: canary-canary-1, port: x }').catch((error: Error) => error.message)
  expect(refused).toContain('config-value')
  expect(refused).not.toContain('canary')
})

test.for([
  ['nothing that they share', 'processes: 2', 'need a store that they share'],
  [
    'a metric of any of them',
    'processes: 2\nstore: { redis: redis://127.0.0.1 }\nmetrics: { bearer: 0123456789abcdef }',
    'port that several processes share',
  ],
  ['none at all', 'processes: 0', 'processes'],
] as const)('several processes with %s are refused', async ([, text, message]) => {
  await expect(load(text)).rejects.toThrow(message)
})
