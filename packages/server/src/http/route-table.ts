import { Router, type RouterContext } from '@koa/router'
import type { Context } from 'koa'

/** One method and path, as dialects and pages declare them. */
export interface Served {
  readonly method: string
  /** With `:name` for a whole segment: `/openidm/selfservice/:as`. A trailing slash is a path of its own. */
  readonly path: string
  /** Otherwise letter case counts. */
  readonly caseInsensitive?: true
}

interface Group {
  readonly router: Router
  readonly dispatch: ReturnType<Router['routes']>
}

/** What a route does with a request; `params` by name. */
export type Serve = (context: Context, params: Readonly<Record<string, string>>) => Promise<void>

/**
 * All routes, in a router for each number of segments: a request is held against the few that its path can be, not against those of every dialect.
 * Of several that serve a request, the first counts; one that serves GET serves HEAD.
 */
export class RouteTable {
  readonly #groups = new Map<number, Group>()

  /** @throws TypeError for a path of anything but plain segments and whole parameters. */
  add({ method, path, caseInsensitive }: Served, serve: Serve): void {
    this.#groupOf(lengthOf(path)).router.register(path, [method], (context) => serve(context, { ...context.params }), {
      sensitive: caseInsensitive !== true,
      strict: true,
    })
  }

  /**
   * Lets the route that fits serve a request; where none does, nothing happens.
   * @param path as it was sent: what is encoded is no letter of a route, and a parameter may hold an encoded slash.
   * @returns the methods that the path has.
   */
  async dispatch(context: Context, path: string): Promise<readonly string[]> {
    // The router puts what it needs of its own on Koa's context.
    await this.#groups.get(path.split('/').length)?.dispatch(context as RouterContext, nothing)
    // As the router leaves them on Koa's untyped context.
    const matched: readonly { readonly methods: readonly string[] }[] | undefined = context['matched']
    return [...new Set((matched ?? []).flatMap(({ methods }) => methods))]
  }

  #groupOf(length: number): Group {
    const known = this.#groups.get(length)
    if (known) return known
    const router = new Router()
    const group: Group = { router, dispatch: router.routes() }
    this.#groups.set(length, group)
    return group
  }
}

const nothing = async (): Promise<void> => undefined

const PLAIN = /^(?::[A-Za-z_][A-Za-z0-9_]*|[A-Za-z0-9._~-]*)$/

/** How many parts a path has between its slashes; only such paths have always as many. */
function lengthOf(path: string): number {
  const [before, ...segments] = path.split('/')
  if (before !== '' || segments.length === 0 || segments.some((segment) => !PLAIN.test(segment)))
    throw new TypeError(`\`${path}\` is no path of plain segments and \`:name\`s`)
  return segments.length + 1
}
