/** A text with the colon behind it that makes it a name, or a bracket. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g

/**
 * Whether two members of the document, or two of its `request`, have the same name, or names that differ in letter case only. The parser keeps
 * the last of two; a validator that is handed the text may keep the first, or tell no case, and would judge another person than we set a
 * password for. Objects further down are nobody's but the validator's.
 * @param text a good JSON document.
 * Source: RFC 8259 section 4 for what parsers do.
 */
export function hasTwinNames(text: string): boolean {
  const open: (Set<string> | undefined)[] = []
  let last = ''
  for (const [token, string, colon] of text.matchAll(TOKEN)) {
    if (string !== undefined && colon !== undefined) {
      last = folded(string)
      const names = open.at(-1)
      if (names?.has(last)) return true
      names?.add(last)
    } else if (token === '{' || token === '[') {
      // In the outermost object every value stands right behind its name.
      const isWatched = open.length === 0 || (open.length === 1 && last === 'request')
      open.push(isWatched ? new Set() : undefined)
    } else if (token === '}' || token === ']') {
      open.pop()
    }
  }
  return false
}

/** One spelling of all that some parser takes for the same name: `ſ` is a capital S to some, the sign of kelvin a small k. */
function folded(string: string): string {
  return String(JSON.parse(string)).toUpperCase().toLowerCase()
}
