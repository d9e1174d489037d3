/** A request target taken apart. */
export type Target =
  | { readonly is: 'good'; readonly raw: string; readonly path: string; readonly query: readonly (readonly [string, string])[] }
  /** `path` is as it was sent, for whoever answers. */
  | { readonly is: 'bent'; readonly path: string }

const ABSOLUTE = /^https?:\/\/[^/?#]*/i
const CONTROL = /\p{Cc}/u

/**
 * Reads a request target: origin form, or absolute form whose authority is thrown away, since nothing of it is believed. A path is bent
 * when it does not decode, when control characters or replaced bytes come out, or when it holds a fragment or raw non-ASCII.
 * @returns `raw` in origin form, fit for the router; `path` decoded; the query's pairs in the order sent.
 * Source: RFC 9112 section 3.2.
 */
export function readTarget(sent: string): Target {
  const absolute = ABSOLUTE.exec(sent)?.[0] ?? ''
  const rest = sent.slice(absolute.length)
  const raw = absolute !== '' && !rest.startsWith('/') ? `/${rest}` : rest
  const [rawPath = '', ...queries] = raw.split('?')
  if (!raw.startsWith('/') || !/^[!-~]*$/.test(raw) || raw.includes('#')) return { is: 'bent', path: rawPath }
  let path: string
  try {
    path = decodeURIComponent(rawPath)
  } catch {
    return { is: 'bent', path: rawPath }
  }
  if (CONTROL.test(path)) return { is: 'bent', path: rawPath }
  return { is: 'good', raw, path, query: [...new URLSearchParams(queries.join('?'))] }
}
