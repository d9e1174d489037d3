import type { MountedDialect } from '../dialect/dialect.js'

/** Tells the dialect below whose prefix a path lies: the first one, in the order in which they are mounted. */
export type OwnerOf = (path: string) => MountedDialect | undefined

interface Ground {
  readonly dialect: MountedDialect
  readonly prefix: string
  readonly below: string
}

/** Prepares the prefixes of the dialects. @returns what tells the owner of a decoded path; undefined for paths of nobody's. */
export function ownersOf(dialects: readonly MountedDialect[]): OwnerOf {
  const grounds = dialects.flatMap((dialect) =>
    dialect.prefixes.map((sent): Ground => {
      const prefix = dialect.caseInsensitive ? sent.toLowerCase() : sent
      return { dialect, prefix, below: `${prefix}/` }
    }),
  )
  return (path) => {
    let folded: string | undefined
    for (const { dialect, prefix, below } of grounds) {
      const at = dialect.caseInsensitive ? (folded ??= path.toLowerCase()) : path
      if (at.startsWith(below) || at === prefix) return dialect
    }
    return undefined
  }
}
