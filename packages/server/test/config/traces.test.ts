import { describe, expect, test } from 'vitest'
import { loadText } from './load-text.js'

const load = async (text: string, env: Record<string, string> = {}) => (await loadText(text, { env })).config

const OTLP = 'otlp: http://127.0.0.1:4318/v1/traces'

test.for([
  ['nothing', '{}', {}, { is: 'off' }],
  ['all but an address', 'traces: { sample: 0.5, serviceName: bank }', {}, { is: 'off' }],
  [
    'an address',
    `traces: { ${OTLP} }`,
    {},
    { is: 'otlp', url: 'http://127.0.0.1:4318/v1/traces', headers: {}, sample: 1, serviceName: 'rekey', trustIncoming: false },
  ],
  [
    'values of the environment',
    'traces: { otlp: "${OTLP}", headers: { Authorization: "Bearer ${TOKEN}" }, sample: "${PART}" }',
    { OTLP: 'https://collect.example.com/v1/traces', TOKEN: 'canary', PART: '0.25' },
    {
      is: 'otlp',
      url: 'https://collect.example.com/v1/traces',
      headers: { Authorization: '[secret]' },
      sample: 0.25,
      serviceName: 'rekey',
      trustIncoming: false,
    },
  ],
] as const)('%s', async ([, text, env, expected]) => {
  const { traces } = await load(text, { ...env })
  expect(JSON.parse(JSON.stringify(traces))).toEqual(expected)
})

describe('what is refused, without showing a header', () => {
  test.for([
    ['traces: { otlp: http://collect.example.com/v1/traces }', '`traces.otlp` takes an https address, or an http address of this machine'],
    ['traces: { otlp: https://user:canary@collect.example.com/ }', '`traces.otlp` takes an https address'],
    [`traces: { ${OTLP}, headers: { Host: canary } }`, '`traces.headers` cannot hold `Host`'],
    [`traces: { ${OTLP}, headers: { 'a b': canary } }`, '`traces.headers` cannot hold `a b`'],
    [`traces: { ${OTLP}, headers: { X-A: "canary\\r\\nX-B: 1" } }`, 'the value of `traces.headers.X-A` cannot be sent'],
    [
      `traces: { ${OTLP}, headers: { x-api-key: canary, X-API-Key: canary } }`,
      '`traces.headers` names one header twice: `x-api-key` and `X-API-Key` differ in letter case only',
    ],
    [`traces: { ${OTLP}, sample: 1.5 }`, '`traces.sample` takes a number from 0 to 1'],
    [`traces: { ${OTLP}, sample: x, headers: { X-A: canary } }`, '`traces.sample` takes a number from 0 to 1'],
    [`traces: { ${OTLP}, trustIncoming: true }`, '`traces.trustIncoming` needs `trustedProxies` beside it'],
  ] as const)('%s', async ([text, message]) => {
    const refused = await load(text).catch((error: Error) => error.message)
    expect(refused).toContain(message)
    expect(refused).not.toContain('canary')
  })
})
