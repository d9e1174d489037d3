import type { FilledConfig } from './schema.js'
import type { ConfigFault, ConfigSource } from './source.js'
import { isCallable } from './web-address.js'

/** Token characters of RFC 9110 section 5.6.2. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/

/** What makes up the call itself, or its connection. */
const OURS = /^(?:content-|transfer-encoding$|host$|connection$|user-agent$)/i

/** What a header's value may hold: RFC 9110 section 5.5, without what is beyond ASCII. */
const HEADER_VALUE = /^[\t\x20-\x7e]*$/

/** Checks where traces go, and whose traces are taken over. */
export function checkTraces({ traces, trustedProxies }: FilledConfig, source: ConfigSource): readonly ConfigFault[] {
  const faults: ConfigFault[] = []
  if (traces.otlp !== undefined && !isCallable(traces.otlp))
    faults.push(
      source.fault('config-value', ['traces', 'otlp'], {
        message: '`traces.otlp` takes an https address, or an http address of this machine',
      }),
    )
  const names = new Map<string, string>()
  for (const [name, value] of Object.entries(traces.headers)) {
    const path = ['traces', 'headers', name] as const
    const earlier = names.get(name.toLowerCase())
    names.set(name.toLowerCase(), name)
    if (earlier !== undefined)
      faults.push(
        source.fault('config-duplicate', path, {
          message: `\`traces.headers\` names one header twice: \`${earlier}\` and \`${name}\` differ in letter case only`,
          label: 'taken',
          help: 'delete one of them',
        }),
      )
    else if (!HEADER_NAME.test(name) || OURS.test(name))
      faults.push(
        source.fault('config-value', path, { message: `\`traces.headers\` cannot hold \`${name}\``, label: 'no name for a header' }),
      )
    else if (!HEADER_VALUE.test(value))
      faults.push(
        source.fault('config-value', path, {
          message: `the value of \`traces.headers.${name}\` cannot be sent in a header`,
          label: 'not ASCII',
        }),
      )
  }
  if (traces.trustIncoming && trustedProxies.length === 0)
    faults.push(
      source.fault('config-missing-key', ['traces', 'trustIncoming'], {
        message: '`traces.trustIncoming` needs `trustedProxies` beside it: traces of others are taken over from nobody else',
        label: 'incomplete',
      }),
    )
  return faults
}
