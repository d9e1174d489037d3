import { readFileSync, readdirSync } from 'node:fs'
import { CONFIG_CODES, CONFIG_PAGE } from '../config/codes.js'

/** Where the pages travel with the package; `scripts/generate.mjs` writes it from `docs/diagnostics`. */
const SHIPPED = new URL('../../explanations.json', import.meta.url)
/** Where they are written and read by people. */
const PAGES = new URL('../../../../docs/diagnostics/', import.meta.url)

/** The Markdown page of each code, of flow files first, then of the configuration. */
export type Explanations = ReadonlyMap<string, string>

/** The explanations that came with this package. */
export function readExplanations(): Explanations {
  const pages: unknown = JSON.parse(readFileSync(SHIPPED, 'utf8'))
  const shipped = Object.entries(typeof pages === 'object' && pages !== null ? pages : {})
  return new Map([...shipped.map(([code, page]) => [code, String(page)] as const), ...configPages()])
}

/** The file that the explanations travel in, from the pages of the repository. */
export function explanationsFile(): string {
  const pages = readdirSync(PAGES)
    .filter((name) => name.endsWith('.md'))
    .toSorted()
    .map((name) => [name.replace(/\.md$/, ''), readFileSync(new URL(name, PAGES), 'utf8')])
  return `${JSON.stringify(Object.fromEntries(pages), undefined, 2)}\n`
}

/** Faults of the configuration share one page, of which each has its row. */
function configPages(): readonly (readonly [string, string])[] {
  return Object.entries(CONFIG_CODES).map(([code, { means, repair }]) => [
    code,
    `# \`${code}\` (error)\n\n${means}\n\n## The repair\n\n${repair} All keys stand in ${CONFIG_PAGE}.\n`,
  ])
}
