const WORD = /[\w$/.-]/

/** The word that ends at a place; empty when none does. */
export function wordBefore(text: string, at: number): string {
  let from = at
  while (from > 0 && WORD.test(text[from - 1] ?? '')) from--
  return text.slice(from, at)
}

/** The rest of the word that a place stands in. */
export function wordBehind(text: string, at: number): string {
  let to = at
  while (to < text.length && WORD.test(text[to] ?? '')) to++
  return text.slice(at, to)
}
