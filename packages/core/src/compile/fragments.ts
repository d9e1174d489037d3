import type { Reporter } from '../diagnostics/reporter.js'
import type { SourceFile } from '../source/source-file.js'
import type { FlowSource, FragmentSource } from '../syntax/flow-source.js'
import type { Properties } from '../step/schema.js'

/** A fragment that flows may include. */
export interface Fragment {
  readonly reporter: Reporter
  readonly source: FragmentSource
  /** The schemas of its inputs, by name: one object, because schemas are compiled once for each. */
  readonly inputs: Properties
}

/** A file that could be read: a flow, or a fragment. */
export interface ReadFile {
  readonly reporter: Reporter
  readonly source?: FlowSource
  readonly fragment?: Fragment
}

/** What an include finds at its path. */
export type Found =
  | { readonly is: 'fragment'; readonly fragment: Fragment }
  | { readonly is: 'flow' }
  /** It holds nothing that can be read, which is reported there. */
  | { readonly is: 'unreadable' }
  | { readonly is: 'missing' }

/** The files of one compilation, as includes find them. */
export class Fragments {
  readonly #read = new Map<string, ReadFile>()
  readonly #files = new Map<string, SourceFile>()
  readonly #included = new Set<SourceFile>()
  readonly #reporters: ReadonlyMap<SourceFile, Reporter>

  constructor(read: readonly ReadFile[], reporters: readonly Reporter[]) {
    for (const one of read) this.#read.set(normalPath(one.reporter.file.path), one)
    for (const { file } of reporters) this.#files.set(normalPath(file.path), file)
    this.#reporters = new Map(reporters.map((reporter) => [reporter.file, reporter]))
  }

  /** The path that an include means. */
  pathOf(from: SourceFile, include: string): string {
    const folder = from.path.includes('/') ? from.path.slice(0, from.path.lastIndexOf('/')) : '.'
    return normalPath(`${folder}/${include}`)
  }

  /** What stands at a path; it counts as included from now on. */
  include(path: string): Found {
    const file = this.#files.get(path)
    if (!file) return { is: 'missing' }
    const read = this.#read.get(path)
    if (!read?.source) this.#included.add(file)
    if (!read) return { is: 'unreadable' }
    return read.fragment ? { is: 'fragment', fragment: read.fragment } : { is: 'flow' }
  }

  isIncluded(file: SourceFile): boolean {
    return this.#included.has(file)
  }

  /** Whether one of the files has an error of its own: a flow that includes it is then not what its file says. */
  hasErrors(files: ReadonlySet<SourceFile>): boolean {
    return [...files].some((file) => this.#reporters.get(file)?.findings.some(({ diagnostic }) => diagnostic.severity === 'error') === true)
  }

  get paths(): readonly string[] {
    return [...this.#read].flatMap(([path, { fragment }]) => (fragment ? [path] : []))
  }

  /** Those that nothing has included so far. */
  get unused(): readonly Fragment[] {
    return [...this.#read.values()].flatMap(({ fragment }) => (fragment && !this.#included.has(fragment.reporter.file) ? [fragment] : []))
  }
}

/** A path without `.` and, as far as it goes, without `..`. */
function normalPath(path: string): string {
  if (!/(?:^|\/)\.{0,2}(?:\/|$)/.test(path)) return path
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '.' && (part !== '' || parts.length === 0)) parts.push(part)
  }
  return parts.join('/')
}
