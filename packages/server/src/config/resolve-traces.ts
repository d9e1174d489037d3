import { Secret } from '@rekey/core'
import type { TraceSettings } from './config.js'
import type { FilledConfig } from './schema.js'

export function resolveTraces({ otlp, headers, sample, serviceName, trustIncoming }: FilledConfig['traces']): TraceSettings {
  if (otlp === undefined) return { is: 'off' }
  const secret = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, new Secret(value)]))
  return { is: 'otlp', url: otlp, headers: secret, sample, serviceName, trustIncoming }
}
