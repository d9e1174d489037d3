import { Router } from '@koa/router'

/** One method and path, as dialects and pages declare them. */
export interface Served {
  readonly method: string
  /** With `:name` for a whole segment: `/openidm/selfservice/:as`. A trailing slash is a path of its own. */
  readonly path: string
  /** Otherwise letter case counts. */
  readonly caseInsensitive?: true
}

/** What serves a request, with the pattern of its route and its parameters by name; or the methods that the path has. */
export type Found<T> =
  | { readonly is: 'route'; readonly route: string; readonly serve: T; readonly params: Readonly<Record<string, string>> }
  | { readonly is: 'none'; readonly methods: readonly string[] }

/** A route as the router keeps it. */
type Layer = ReturnType<Router['register']>

/**
 * All routes, in a router for each number of segments: a request is held against the few that its path can be, not against those of every dialect.
 * Of several that serve a request, the first counts; one that serves GET serves HEAD. The router finds; what is found is called by whoever asks, as the
 * router would put its middleware together anew for each request.
 */
export class RouteTable<T> {
  readonly #routers = new Map<number, Router>()
  readonly #served = new Map<Layer, { readonly route: string; readonly serve: T }>()

  /** @throws TypeError for a path of anything but plain segments and whole parameters. */
  add({ method, path, caseInsensitive }: Served, serve: T): void {
    const layer = this.#routerOf(lengthOf(path)).register(path, [method], nothing, { sensitive: caseInsensitive !== true, strict: true })
    this.#served.set(layer, { route: path, serve })
  }

  /**
   * @param path as it was sent, of which is known that it decodes: what is encoded is no letter of a route, and a parameter may hold an encoded
   *   slash.
   */
  find(method: string, path: string): Found<T> {
    const found = this.#routers.get(path.split('/').length)?.match(path, method)
    if (found === undefined) return NOWHERE
    const [layer] = found.pathAndMethod
    const served = layer && this.#served.get(layer)
    if (served) return { is: 'route', route: served.route, serve: served.serve, params: layer.params(path, layer.captures(path)) }
    return { is: 'none', methods: [...new Set(found.path.flatMap(({ methods }) => methods))] }
  }

  #routerOf(length: number): Router {
    const known = this.#routers.get(length)
    if (known) return known
    const router = new Router()
    this.#routers.set(length, router)
    return router
  }
}

/** What is found of a path that nothing lies at. */
export const NOWHERE: Found<never> = Object.freeze({ is: 'none', methods: Object.freeze([]) })

const nothing = (): void => undefined

const PLAIN = /^(?::[A-Za-z_][A-Za-z0-9_]*|[A-Za-z0-9._~-]*)$/

/** How many parts a path has between its slashes; only such paths have always as many. */
function lengthOf(path: string): number {
  const [before, ...segments] = path.split('/')
  if (before !== '' || segments.length === 0 || segments.some((segment) => !PLAIN.test(segment)))
    throw new TypeError(`\`${path}\` is no path of plain segments and \`:name\`s`)
  return segments.length + 1
}
