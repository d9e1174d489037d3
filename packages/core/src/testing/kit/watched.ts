import { AsyncLocalStorage } from 'node:async_hooks'
import { Secret } from '../../step/secret.js'

/** True while a handler's own code runs, false while a service that it called does. */
export const inHandler = new AsyncLocalStorage<boolean>()

/** What a handler was seen to do in one call. */
export interface Watch {
  readonly person: Set<string>
  readonly facts: Set<string>
  readonly request: Set<string>
  /** Calls of services in order: `Directory.verifyPassword`. */
  readonly calls: string[]
  /** Secrets that services gave away. */
  readonly secrets: Set<string>
}

export function newWatch(): Watch {
  return { person: new Set(), facts: new Set(), request: new Set(), calls: [], secrets: new Set() }
}

/** The object, with the names of all members that are read noted. */
export function noteReads<T extends object>(target: T, noted: Set<string>): T {
  return new Proxy(target, {
    get(from, name) {
      if (typeof name === 'string') noted.add(name)
      // A plain object: what it gives does not depend on who asks.
      return Reflect.get(from, name) as unknown
    },
    has(from, name) {
      if (typeof name === 'string') noted.add(name)
      return Reflect.has(from, name)
    },
  })
}

/** The service, with every call noted, and the secrets that it gives. */
export function noteCalls(name: string, service: unknown, watch: Watch): unknown {
  if (typeof service !== 'object' || service === null) return service
  return new Proxy(service, {
    get(from, member) {
      const value = Reflect.get(from, member) as unknown
      if (typeof value !== 'function') return value
      return (...given: readonly unknown[]) => {
        watch.calls.push(`${name}.${String(member)}`)
        // On the service itself: private fields know no proxy.
        const answer: unknown = inHandler.run(false, () => Reflect.apply(value, from, given) as unknown)
        if (!(answer instanceof Promise)) return noteSecrets(answer, watch.secrets)
        return answer.then((settled: unknown) => noteSecrets(settled, watch.secrets))
      }
    },
  })
}

const MAX_DEPTH = 6

function noteSecrets<T>(value: T, noted: Set<string>): T {
  for (const secret of secretsIn(value)) noted.add(secret)
  return value
}

/** The texts of all secrets in a value. */
export function secretsIn(value: unknown, depth = 0): readonly string[] {
  if (value instanceof Secret) return [value.reveal()]
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return []
  return Object.values(value).flatMap((member) => secretsIn(member, depth + 1))
}
