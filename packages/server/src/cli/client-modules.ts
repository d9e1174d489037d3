import { emitTypes, type CompiledFlow, type EmittedTransport, type Registry } from '@rekey/core'
import { forgerockClient } from '../dialects/forgerock/client-source.js'

/** The dialects whose wire a module can speak by itself. */
const TRANSPORTS: ReadonlyMap<string, (as: string) => EmittedTransport> = new Map([['forgerock', forgerockClient]])

/** The TypeScript module of a flow, with a transport for each of its dialects that has one. */
export function clientModule(flow: CompiledFlow, registry: Registry): string {
  return emitTypes(flow, registry.steps, transportsOf(flow))
}

/** Whether clients of the flow need no transport of their own. */
export function reachesServers(flow: CompiledFlow): boolean {
  return transportsOf(flow).length > 0
}

function transportsOf({ id, speaks }: CompiledFlow): readonly EmittedTransport[] {
  return [...TRANSPORTS].flatMap(([dialect, transport]) => {
    const options = speaks.get(dialect)
    if (!options) return []
    const { as } = options
    return [transport(typeof as === 'string' ? as : id)]
  })
}
