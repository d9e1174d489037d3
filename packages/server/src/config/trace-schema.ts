import type { Properties } from '@rekey/core'
import { standing } from './groups.js'

/** `traces`: what a server tells about the course of its requests, and to whom. */
export const TRACES_SCHEMA = standing('Traces by OpenTelemetry. They are off without `otlp`.', {
  otlp: {
    type: 'string',
    description:
      'Whole address of a collector that takes OTLP as JSON over HTTP, as in `http://127.0.0.1:4318/v1/traces`; https, or a loopback address.',
  },
  headers: {
    type: 'object',
    maxProperties: 16,
    additionalProperties: { type: 'string', minLength: 1, secret: true, description: 'Value of the header.' },
    default: {},
    description: 'Headers of each call to the collector, by name: `{ Authorization: "Bearer ${COLLECTOR_TOKEN}" }`.',
  },
  sample: {
    type: 'number',
    minimum: 0,
    maximum: 1,
    default: 1,
    description:
      'Part of the requests that is traced, from `0` to `1`. A request whose trace is taken over goes by what its caller has decided.',
  },
  serviceName: { type: 'string', minLength: 1, maxLength: 128, default: 'rekey', description: '`service.name` of the traces.' },
  trustIncoming: {
    type: 'boolean',
    default: false,
    description:
      'Whether the `traceparent` of a request goes on in our traces when it comes from one of `trustedProxies`. They must then set it themselves: one that they pass on from anybody lets anybody decide what is traced.',
  },
} as const satisfies Properties)
