/** A request target taken apart. */
export type Target =
  | { readonly is: 'good'; readonly rawPath: string; readonly path: string; readonly query: readonly (readonly [string, string])[] }
  /** `path` is as it was sent, for whoever answers. */
  | { readonly is: 'bent'; readonly path: string }

const ABSOLUTE = /^https?:\/\/[^/?#]*/i
/** A slash, and printable ASCII without white space and without `#`. */
const ORIGIN_FORM = /^\/[!"$-~]*$/
const CONTROL = /\p{Cc}/u

/**
 * Reads a request target: origin form, or absolute form whose authority is thrown away, since nothing of it is believed. A path is bent
 * when it does not decode, when control characters or replaced bytes come out, or when it holds a fragment or raw non-ASCII.
 * @returns `rawPath` as it was sent, fit for the routes; `path` decoded; the query's pairs in the order sent.
 * Source: RFC 9112 section 3.2.
 */
export function readTarget(sent: string): Target {
  const raw = sent.startsWith('/') ? sent : originForm(sent)
  const mark = raw.indexOf('?')
  const rawPath = mark === -1 ? raw : raw.slice(0, mark)
  const path = ORIGIN_FORM.test(raw) ? decoded(rawPath) : undefined
  if (path === undefined) return { is: 'bent', path: rawPath }
  return { is: 'good', rawPath, path, query: mark === -1 ? NO_QUERY : [...new URLSearchParams(raw.slice(mark + 1))] }
}

const NO_QUERY: readonly (readonly [string, string])[] = Object.freeze([])

function originForm(sent: string): string {
  const absolute = ABSOLUTE.exec(sent)?.[0] ?? ''
  const rest = sent.slice(absolute.length)
  return absolute !== '' && !rest.startsWith('/') ? `/${rest}` : rest
}

function decoded(rawPath: string): string | undefined {
  if (!rawPath.includes('%')) return rawPath
  try {
    const path = decodeURIComponent(rawPath)
    return CONTROL.test(path) ? undefined : path
  } catch {
    return undefined
  }
}
