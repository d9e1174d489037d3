import type { CompiledFlow } from '@rekey/core'
import type { Config } from '../config/config.js'
import { flowAddresses } from './addresses.js'

/**
 * A call to try first, ready to paste into a shell. It is drawn for ForgeRock's protocol, the first that most people try, with the
 * search its documentation prints; any other flow is only looked at.
 */
export function firstCall(flows: readonly CompiledFlow[], config: Config, url: string): string | undefined {
  const spoken = flows.flatMap((flow) => {
    const found = flowAddresses(flow, config).find(({ dialect }) => dialect === 'forgerock')
    return found ? [{ flow, lines: found.lines }] : []
  })
  const bySearch = spoken.find(({ flow: { machine } }) => machine.nodes[0]?.is === 'step' && machine.nodes[0].type === 'userQuery')
  const posted = pathOf(bySearch?.lines, 'POST ')
  if (posted === undefined) {
    const looked = pathOf(spoken[0]?.lines, 'GET ')
    return looked === undefined ? undefined : `curl '${url}${looked}'`
  }
  return [
    `curl -X POST '${url}${posted}' \\`,
    ...credentials(config).map((header) => `  -H '${header}' \\`),
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"input":{"queryFilter":"mail eq \\"jdoe@example.com\\""}}'`,
  ].join('\n')
}

function pathOf(lines: readonly string[] | undefined, method: string): string | undefined {
  return lines?.find((line) => line.startsWith(method))?.slice(method.length)
}

/** The static pair that the vendor's pages send. Another one than the well-known is not printed. */
function credentials(config: Config): readonly string[] {
  const { credentials: wanted, userName, password } = config.dialects['forgerock'] ?? {}
  if (wanted === 'off') return ['X-Requested-With: curl']
  return userName === 'anonymous' && password === 'anonymous'
    ? ['X-OpenIDM-Username: anonymous', 'X-OpenIDM-Password: anonymous']
    : ['X-OpenIDM-Username: …', 'X-OpenIDM-Password: …']
}
