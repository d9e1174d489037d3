/** A line of the requirements as scripts/security-lines.yaml holds it. */
export interface SecurityLine {
  readonly sec: number
  readonly holds: string
  /** Commands that show it. */
  readonly by?: readonly string[]
  readonly gap?: string
  readonly 'not-yet'?: string
}

/** A title, or a row of a table of titles, and the numbers that it names. */
export interface NamedTest {
  readonly path: string
  readonly title: string
  readonly lines: readonly number[]
}

/** The page of the project. @throws Error that names every line at fault. */
export function securityPage(): { readonly path: string; readonly text: string }

export function securityText(
  chapters: readonly { readonly chapter: string; readonly lines: readonly SecurityLine[] }[],
  titles: readonly NamedTest[],
): string

export function titlesOf(files: readonly { readonly path: string; readonly text: string }[]): readonly NamedTest[]
