import { posts } from '../../wires/speaker.js'
import type { Call } from '../call.js'
import { ORIGIN } from './conversations.js'
import type { MountedRoute } from './stage.js'

/** What was really asked, by the route that it was asked of; for every mounted route there is something. */
export type Corpus = ReadonlyMap<MountedRoute, readonly Call[]>

/** Sorts calls by route. A route that nobody called is called as its sibling without a slash is, as a browser would, or with an empty object. */
export function corpusOf(routes: readonly MountedRoute[], calls: readonly Call[]): Corpus {
  const found = new Map(routes.map((route) => [route, calls.filter((call) => isOf(route, call))]))
  return new Map(
    routes.map((route) => {
      const own = found.get(route) ?? []
      const sibling = route.endsWith('/') ? (found.get(route.slice(0, -1)) ?? []) : []
      if (own.length > 0) return [route, own]
      return [route, sibling.length > 0 ? sibling.map(slashed) : [madeUp(route)]]
    }),
  )
}

/** The same call with a slash behind its path. */
export function slashed(call: Call): Call {
  return { ...call, target: call.target.replace(/\/?(?=\?|$)/, '/') }
}

/** Whether a path that was really called is one of the route's. */
export function isOf(route: MountedRoute, { method, target }: Call): boolean {
  const [wanted = '', pattern = ''] = route.split(' ')
  const [path = ''] = target.split('?')
  return method === wanted && new RegExp(`^${pattern.replaceAll(/:\w+/g, '[^/]+')}$`, 'i').test(path)
}

function madeUp(route: MountedRoute): Call {
  const [method = '', pattern = ''] = route.split(' ')
  const target = pattern.replaceAll(/:\w+/g, 'reset')
  if (method === 'GET') return { method, target }
  if (method !== 'OPTIONS') return { ...posts(target, {}), method }
  const wanted = target === '/verification-srv/config/list' || target.startsWith('/public-srv') ? 'GET' : 'POST'
  return { method, target, headers: { Origin: ORIGIN, 'Access-Control-Request-Method': wanted } }
}
