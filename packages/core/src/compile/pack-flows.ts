import type { Machine, Node } from '../machine/machine.js'
import type { SourceFile } from '../source/source-file.js'
import type { JsonObject } from '../step/json.js'
import type { Texts } from '../step/texts.js'
import type { CompiledFlow } from './compiled-flow.js'

/** What a machine has beside its name and its nodes: in most flows the same. */
type Frame = Omit<Machine, 'flow' | 'nodes'>

/** The words of a flow. */
interface Words {
  readonly title?: Texts
  readonly description?: Texts
  readonly stepTitles: readonly (readonly [string, Texts])[]
}

/** A flow in numbers: files by their place among all files, parts by their place among the parts that are all different. */
type Row = readonly [
  file: number,
  id: string,
  hash: string,
  frame: number,
  nodes: readonly number[],
  words: number,
  speaks: readonly (readonly [string, JsonObject])[],
  fragments: readonly number[],
]

interface Packed {
  readonly frames: readonly Frame[]
  readonly nodes: readonly Node[]
  readonly words: readonly Words[]
  readonly rows: readonly Row[]
}

/**
 * Writes compiled flows as JSON, parts that several share once. Who keeps the text must make sure that nobody else can write it: what it
 * gives back has been through no check.
 * @param files all that were compiled together, in their order.
 * @returns undefined where a flow has warnings that are not accepted: those belong to a text that is compiled.
 */
export function packFlows(flows: readonly CompiledFlow[], files: readonly SourceFile[]): string | undefined {
  if (flows.some(({ unaccepted }) => unaccepted.length > 0)) return undefined
  const [frames, nodes, words] = [new Parts<Frame>(), new Parts<Node>(), new Parts<Words>()]
  const places = new Map(files.map((file, at) => [file, at]))
  const placeOf = (file: SourceFile): number => places.get(file) ?? -1
  const rows = flows.map(({ file, hash, machine, title, description, stepTitles, speaks, fragments }): Row => {
    const { flow, nodes: own, ...frame } = machine
    const told = { ...(title && { title }), ...(description && { description }), stepTitles: [...stepTitles] }
    return [
      placeOf(file),
      flow,
      hash,
      frames.place(frame),
      own.map((node) => nodes.place(node)),
      words.place(told),
      [...speaks],
      fragments.map(placeOf),
    ]
  })
  if (rows.some(([file, , , , , , , fragments]) => file === -1 || fragments.includes(-1))) return undefined
  return JSON.stringify({ frames: frames.all, nodes: nodes.all, words: words.all, rows } satisfies Packed)
}

/**
 * Reads what `packFlows` has written. Flows share the parts that they have in common.
 * @param text of nobody else: it is believed.
 * @param files the same as at packing.
 */
export function unpackFlows(text: string, files: readonly SourceFile[]): readonly CompiledFlow[] {
  // Written by `packFlows`; the caller vouches for it.
  const { frames, nodes, words, rows } = JSON.parse(text) as Packed
  const told = words.map(({ stepTitles, ...texts }) => ({ texts, stepTitles: new Map(stepTitles) }))
  return rows.map((row) => {
    const id = row[1]
    const { format, expiresSeconds, unknownAccount, require, limits, ensure } = at(frames, row[3])
    const own = row[4].map((place) => at(nodes, place))
    const { texts, stepTitles } = at(told, row[5])
    const flow: Draft = {
      id,
      hash: row[2],
      machine: { format, flow: id, expiresSeconds, unknownAccount, require, limits, ensure, nodes: own },
      file: at(files, row[0]),
      fragments: row[7].length === 0 ? NONE : row[7].map((place) => at(files, place)),
      speaks: new Map(row[6]),
      stepTitles,
      unaccepted: NONE,
    }
    if (texts.title) flow.title = texts.title
    if (texts.description) flow.description = texts.description
    return flow
  })
}

type Draft = { -readonly [K in keyof CompiledFlow]: CompiledFlow[K] }

const NONE: readonly never[] = []

/** Values that are all different, in the order of their first appearance. */
class Parts<T> {
  readonly all: T[] = []
  readonly #places = new Map<string, number>()

  place(part: T): number {
    const key = JSON.stringify(part)
    const known = this.#places.get(key)
    if (known !== undefined) return known
    this.#places.set(key, this.all.length)
    return this.all.push(part) - 1
  }
}

/** @throws RangeError for a place that there is not: the text is none that was packed with these files. */
function at<T>(parts: readonly T[], place: number): T {
  const part = parts[place]
  if (part === undefined) throw new RangeError(`there is no part ${place}`)
  return part
}
