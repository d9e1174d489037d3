import { isPair, isScalar, visit } from 'yaml'
import type { Document } from 'yaml'

/** What below `keys` is no secret. Everything else there is hidden, so that a misspelt `secret` is hidden too. */
const PLAIN_BELOW_KEYS = new Set(['id', 'file'])

/** Settings of dialects and others that hold a secret wherever they stand. */
const SECRET_NAMES = new Set(['bearer', 'password', 'secret', 'stable'])

/** A value that is nothing but a reference shows a name and no secret. */
const REFERENCE = /^\$\{[^{}]*\}$/

/**
 * Hides the secrets of a configuration's text behind stars, so that no report of a fault shows them. Every offset, line and column stays.
 */
export function redact(text: string, document: Document): string {
  const hidden: (readonly [start: number, end: number])[] = []
  visit(document, {
    Scalar(position, node, path) {
      const names = path.flatMap((part) => (isPair(part) && isScalar(part.key) ? [String(part.key.value)] : []))
      if (position === 'key' || node.range == null || REFERENCE.test(String(node.value))) return
      const name = names.at(-1) ?? ''
      const isHeader = names[0] === 'traces' && names[1] === 'headers'
      const secret = names[0] === 'keys' ? !PLAIN_BELOW_KEYS.has(name) : isHeader || SECRET_NAMES.has(name)
      if (secret) hidden.push([node.range[0], node.range[1]])
    },
  })
  let shown = text
  for (const [start, end] of hidden) shown = shown.slice(0, start) + stars(shown.slice(start, end)) + shown.slice(end)
  if (document.errors.length > 0) shown = redactUnparsed(shown)
  return redactAddresses(shown)
}

/** Hides user and password of every address, `redis://user:password@host`. */
export function redactAddresses(text: string): string {
  return text.replaceAll(/(?<=\b[a-z][a-z0-9+.-]*:\/\/)[^\s/]+(?=@)/gi, stars)
}

/** In a text that is no YAML, the tree cannot be trusted to show where the secrets are. */
function redactUnparsed(text: string): string {
  return text.replaceAll(/(?<=\b(?:secret|stable|password|bearer|headers|authorization|api-key)\b["']?\s*:\s*)\S[^\n]*/gi, stars)
}

function stars(text: string): string {
  return text.replaceAll(/\S/g, '*')
}
