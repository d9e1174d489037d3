const MAX_HEADER_LENGTH = 1024
const MAX_LANGUAGES = 16
const LANGUAGE_TAG = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/
const QUALITY = /^[qQ]=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/

/**
 * Reads an Accept-Language header.
 * @param header at most 1024 characters and 16 languages are read, the rest is ignored; absent reads as empty.
 * @returns tags as the caller wrote them, the most wanted first; equal wishes keep their order. Left out are bent entries, what has
 * weight zero, and `*`, which names no language: whoever chooses has a fallback for it.
 * Source: RFC 9110 section 12.5.4.
 */
export function parseAcceptLanguage(header: string | undefined): readonly string[] {
  if (header === undefined) return []
  const entries: { readonly tag: string; readonly quality: number }[] = []
  for (const part of header.slice(0, MAX_HEADER_LENGTH).split(',')) {
    if (entries.length === MAX_LANGUAGES) break
    const [tag = '', weight, ...more] = part.split(';').map((word) => word.trim())
    const quality = weight === undefined ? 1 : Number(QUALITY.exec(weight)?.[1] ?? 0)
    if (more.length === 0 && quality > 0 && LANGUAGE_TAG.test(tag)) entries.push({ tag, quality })
  }
  return entries.toSorted((a, b) => b.quality - a.quality).map((entry) => entry.tag)
}

/**
 * Chooses among translations. The wishes are taken in order; each is looked for exactly and then ever more generally (`de-CH-1996`,
 * `de-CH`, `de`), but a more general translation is passed over when a later wish names exactly that one: it then has its turn there.
 * @param wanted language tags, the most wanted first.
 * @param available the languages that there are; `en_GB` is `en-GB`, case does not matter.
 * @param fallback taken when no wish fits; it is looked for in the same way.
 * @returns one of `available`, spelled as there; `fallback` itself when not even that is available.
 * Source: RFC 4647 section 3.4.
 */
export function chooseLanguage(wanted: readonly string[], available: readonly string[], fallback: string): string {
  const byTag = new Map(available.map((language) => [tagOf(language), language]))
  const wishes = [...wanted, fallback].map(tagOf)
  for (const [at, wish] of wishes.entries()) {
    const later = wishes.slice(at + 1)
    for (const tag of everMoreGeneral(wish)) {
      const found = byTag.get(tag)
      if (found !== undefined && (tag === wish || !later.includes(tag))) return found
    }
  }
  return fallback
}

function tagOf(language: string): string {
  return language.replaceAll('_', '-').toLowerCase()
}

/** The tag, then the tag without its last part, and so on; a single letter goes together with the part behind it. */
function everMoreGeneral(tag: string): readonly string[] {
  const tags: string[] = []
  for (let parts = tag.split('-'); parts.length > 0; parts = parts.slice(0, -1)) {
    if (parts.length === 1 || parts.at(-1)?.length !== 1) tags.push(parts.join('-'))
  }
  return tags
}
