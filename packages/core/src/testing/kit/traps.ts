import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { inHandler } from './watched.js'

type Callable = (...given: readonly unknown[]) => unknown

/** What a handler must not touch, by the object that holds it. */
const FORBIDDEN: readonly { readonly holder: object; readonly shown: string; readonly names: readonly string[] }[] = [
  { holder: Math, shown: 'Math.', names: ['random'] },
  { holder: crypto, shown: 'crypto.', names: ['randomBytes', 'randomUUID', 'randomInt', 'randomFillSync'] },
  { holder: globalThis.crypto, shown: 'crypto.', names: ['getRandomValues', 'randomUUID'] },
  { holder: globalThis.performance, shown: 'performance.', names: ['now'] },
  { holder: globalThis, shown: '', names: ['setTimeout', 'setInterval', 'setImmediate', 'fetch'] },
  { holder: console, shown: 'console.', names: ['log', 'info', 'warn', 'error', 'debug', 'trace'] },
]

/**
 * Runs something while clocks, dice, timers, the network and the console are watched. Only calls from a handler's own code count; what is
 * called does what it always does.
 * @param note told the name of each call.
 */
export async function withTraps<T>(note: (name: string) => void, run: () => Promise<T>): Promise<T> {
  const undo: (() => void)[] = []
  const noted = (name: string): void => {
    if (inHandler.getStore() === true) note(name)
  }
  for (const { holder, shown, names } of FORBIDDEN) {
    for (const name of names) {
      const own = Object.getOwnPropertyDescriptor(holder, name)
      const real = Reflect.get(holder, name) as unknown
      if (typeof real !== 'function') continue
      const trap: Callable = (...given) => {
        noted(`${shown}${name}`)
        return Reflect.apply(real as Callable, holder, given)
      }
      Object.defineProperty(holder, name, { value: trap, configurable: true, writable: true, enumerable: own?.enumerable ?? false })
      undo.push(() => (own ? Object.defineProperty(holder, name, own) : Reflect.deleteProperty(holder, name)))
    }
  }
  const RealDate = globalThis.Date
  globalThis.Date = new Proxy(RealDate, {
    construct(target, given: readonly unknown[], newTarget: Callable) {
      if (given.length === 0) noted('new Date()')
      return Reflect.construct(target, given, newTarget) as object
    },
    get(target, name) {
      if (name === 'now') noted('Date.now')
      return Reflect.get(target, name) as unknown
    },
  })
  undo.push(() => (globalThis.Date = RealDate))
  // Named imports of `node:crypto` are bindings of their own.
  syncBuiltinESMExports()
  try {
    return await run()
  } finally {
    for (const step of undo.toReversed()) step()
    syncBuiltinESMExports()
  }
}
