import { basename } from 'node:path'
import type { Span } from '@rekey/core'
import type { Entry, Path } from './entry.js'

/** Keys that stand beside a step and name none. */
const BESIDE: readonly string[] = ['id', 'when', 'attempts', 'onFail', 'title', 'with']

/** A step, choice or include of a file, under the id that others name it by. */
export interface NamedStep {
  readonly id: string
  /** Where the id stands, or the name that it comes from. */
  readonly span: Span
  readonly path: Path
}

/** Keys of a mapping, in the order written. */
export function keysAt(entries: readonly Entry[], path: Path): readonly string[] {
  return entries.flatMap((entry) => {
    const key = entry.path[path.length]
    return entry.path.length === path.length + 1 && typeof key === 'string' && startsWith(entry.path, path) ? [key] : []
  })
}

/** What stands at a place of the text. */
export function entryAround(
  entries: readonly Entry[],
  offset: number,
): { readonly entry: Entry; readonly on: 'key' | 'value' } | undefined {
  for (const entry of entries) {
    if (holds(entry.keySpan, offset)) return { entry, on: 'key' }
    if (holds(entry.valueSpan, offset)) return { entry, on: 'value' }
  }
  return undefined
}

/** All steps, choices and includes with their ids, in the order of the file. */
export function namedSteps(entries: readonly Entry[]): readonly NamedStep[] {
  const items = new Map<string, Entry[]>()
  for (const entry of entries) {
    const item = itemOf(entry.path)
    if (!item || entry.path.length > item.length + 1) continue
    const name = item.join('/')
    const own = items.get(name)
    if (own) own.push(entry)
    else items.set(name, [entry])
  }
  return [...items.values()].flatMap((own) => nameOf(own) ?? [])
}

/** The path of the step that a path lies in: of an option of a choice, that option. */
export function itemOf(path: Path): Path | undefined {
  if (path[0] !== 'steps' || typeof path[1] !== 'number') return undefined
  return path[2] === 'choose' && typeof path[3] === 'number' ? path.slice(0, 4) : path.slice(0, 2)
}

export function samePath(one: Path, other: Path): boolean {
  return one.length === other.length && startsWith(one, other)
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((part, index) => path[index] === part)
}

function nameOf(own: readonly Entry[]): NamedStep | undefined {
  const path = own[0] && itemOf(own[0].path)
  if (!path) return undefined
  const direct = own.filter((entry) => entry.path.length === path.length + 1 && typeof entry.path.at(-1) === 'string')
  const given = direct.find((entry) => entry.path.at(-1) === 'id' && entry.value !== undefined)
  const word = direct.find((entry) => !BESIDE.includes(String(entry.path.at(-1))))
  const alone = own.find((entry) => samePath(entry.path, path))
  const id = given?.value ?? (word && idFrom(word)) ?? alone?.value
  const span = given?.valueSpan ?? word?.keySpan ?? alone?.valueSpan
  return id === undefined || id === '' || !span ? undefined : { id, span, path }
}

/** A step is called like its type, an include like its file. */
function idFrom({ path, value = '' }: Entry): string {
  const word = String(path.at(-1))
  return word === 'include' ? basename(value).replace(/\.ya?ml$/, '') : word
}

function holds(span: Span | undefined, offset: number): boolean {
  return span !== undefined && span.start <= offset && offset <= span.end
}
