import { asBytes, asList, asText } from './answer.js'

/** An item of a stream as it was read, not yet opened. */
export interface StreamItem {
  /** The stream it stands in. */
  readonly stream: string
  /** Its id there: milliseconds and a counter. */
  readonly id: string
  readonly what: ItemFields
}

export type ItemFields =
  | { readonly is: 'message'; readonly conversation: string; readonly item: string; readonly sealed: Buffer }
  /** `dueAt` is milliseconds since the epoch by the server's clock. */
  | { readonly is: 'resolve'; readonly conversation: string; readonly dueAt: number }
  | { readonly is: 'malformed' }

/** What a message in a stream is bound to. */
export function itemPlace(stream: string, conversation: string, item: string): string {
  return `item ${stream} ${conversation} ${item}`
}

/** Reads the fields of a stream entry, names and values in turn, as the conversation scripts write them. */
export function readFields(raw: unknown): ItemFields {
  const list = asList(raw)
  const fields = new Map<string, Buffer>()
  for (let index = 0; index + 1 < list.length; index += 2) fields.set(asText(list[index]), asBytes(list[index + 1]))
  const text = (name: string): string => fields.get(name)?.toString('utf8') ?? ''
  const conversation = text('c')
  if (conversation === '') return { is: 'malformed' }
  const sealed = fields.get('b')
  if (text('k') === 'm' && sealed !== undefined) return { is: 'message', conversation, item: text('i'), sealed }
  const dueAt = Number(text('d') || Number.NaN)
  if (text('k') === 'r' && Number.isFinite(dueAt)) return { is: 'resolve', conversation, dueAt }
  return { is: 'malformed' }
}
