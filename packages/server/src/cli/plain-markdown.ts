export interface PlainOptions {
  /** ANSI bold for headings; off by default. */
  readonly color: boolean
}

const BOLD = ['\u001B[1m', '\u001B[22m'] as const

/** A page of Markdown as text for a terminal: headings without their marks, code blocks indented, a link as its words and its address. */
export function plainMarkdown(page: string, { color }: PlainOptions): string {
  let isCode = false
  const lines = page.split('\n').flatMap((line) => {
    if (line.startsWith('```')) {
      isCode = !isCode
      return []
    }
    if (isCode) return [line === '' ? '' : `    ${line}`]
    const heading = /^#+ (.*)$/.exec(line)?.[1]
    if (heading !== undefined) return [color ? `${BOLD[0]}${heading}${BOLD[1]}` : heading]
    return [line.replaceAll(/\[([^\]]+)\]\(([^)]+)\)/g, '$1 ($2)')]
  })
  return `${lines.join('\n').trimEnd()}\n`
}

/** What a page says first: its first sentence. */
export function firstSentence(page: string): string {
  const [, paragraph = ''] = page.split(/\n\n+/)
  return /^.*?\.(?=\s|$)/.exec(paragraph.replaceAll('\n', ' '))?.[0] ?? paragraph
}
