import { expect } from 'vitest'
import { isJsonObject, type JsonObject } from '@rekey/core'
import { valuesOf, type Answer } from './call.js'
import type { WireServer } from './server.js'

/**
 * A conversation as its vendor prints it. Blocks begin at the left edge, what belongs to them is indented:
 *
 * - `=> METHOD /target`: a request, with headers, an empty line, and a body
 * - `<= STATUS`: its answer; headers that are named must be there with that value, the body must be this one byte by byte. JSON may be
 *   spread over lines here; on the wire it is on one.
 * - `<- mail to ADDRESS`: one more mail than before; the first line is its subject, the others stand in its text in that order
 * - `@ config`: what the server's `rekey.yaml` holds; `@ headers`: what every following request carries
 *
 * `{{name}}` takes the value that stands there, and is that value from then on. `{{base}}` is the server's address. `#` begins a comment.
 */
export interface Transcript {
  readonly title: string
  readonly config: JsonObject
  readonly blocks: readonly Block[]
}

interface Block {
  readonly line: number
  readonly is: '=>' | '<=' | '<-' | '@'
  readonly head: string
  /** Lines before the first empty one. */
  readonly lines: readonly string[]
  readonly body: string
}

export function readTranscript(text: string): Transcript {
  const blocks: Block[] = []
  const [title = ''] = text.split('\n')
  let open: { line: number; is: Block['is']; head: string; lines: string[] } | undefined
  const close = () => {
    if (open) blocks.push({ line: open.line, is: open.is, head: open.head, ...parted(open.lines) })
  }
  for (const [index, line] of text.split('\n').entries()) {
    const head = /^(=>|<=|<-|@) (.+)$/.exec(line)
    if (line.startsWith('#')) continue
    if (head) {
      close()
      open = { line: index + 1, is: kindOf(head[1]), head: head[2] ?? '', lines: [] }
    } else if (open && (line === '' || line.startsWith('   '))) open.lines.push(line.slice(3))
    else if (line !== '') throw new SyntaxError(`line ${index + 1} of a transcript belongs to no block: ${line}`)
  }
  close()
  const config: unknown = JSON.parse(blocks.find(({ is, head }) => is === '@' && head === 'config')?.body ?? '{}')
  if (!isJsonObject(config)) throw new SyntaxError('the config of a transcript is an object')
  return { title: title.replace(/^# */, ''), config, blocks }
}

function kindOf(sign: string | undefined): Block['is'] {
  if (sign === '=>' || sign === '<=' || sign === '<-' || sign === '@') return sign
  throw new SyntaxError(`${sign} begins no block`)
}

function parted(lines: readonly string[]): Pick<Block, 'lines' | 'body'> {
  const empty = lines.indexOf('')
  const at = empty < 0 ? lines.length : empty
  return { lines: lines.slice(0, at), body: lines.slice(at).join('\n').trim() }
}

/** Says to a server what a transcript says, and compares. @returns how many requests were sent. */
export async function replay(server: WireServer, { blocks }: Transcript): Promise<number> {
  const values = new Map([['base', server.running.url]])
  const read = new Map<string, number>()
  let always: Readonly<Record<string, string>> = {}
  let answer: Answer | undefined
  let requests = 0
  for (const { is, head, lines, body, line } of blocks) {
    switch (is) {
      case '@':
        if (head === 'headers') always = headersIn(lines)
        break
      case '=>': {
        const [method = '', target = ''] = filled(head, values).split(' ')
        const headers = headersIn(lines.map((text) => filled(text, values)))
        answer = await server.client.send({
          method,
          target,
          headers: { ...always, ...headers },
          ...(body !== '' && { body: filled(body, values) }),
        })
        requests += 1
        break
      }
      case '<=':
        if (!answer) throw new SyntaxError(`line ${line} answers no request`)
        compare(line, answer, { status: head, headers: headersIn(lines), body: compact(body) }, values)
        break
      case '<-': {
        const to = head.replace(/^mail to /, '')
        const before = read.get(to) ?? 0
        const mail = await server.nextMail(to, before)
        read.set(to, before + 1)
        const [subject = '', ...wanted] = lines
        const shown = mail.text.split('\n').map((text) => text.trim())
        // Of the mail, the lines that the transcript names: those that match, in the mail's order.
        const found = wanted.map((text) => shown.find((candidate) => matches(candidate, text, values)) ?? `nothing like ${text}`)
        expect({ line, subject: mail.subject, lines: found }).toEqual({ line, subject, lines: wanted.map((text) => filled(text, values)) })
      }
    }
  }
  return requests
}

function compare(
  line: number,
  answer: Answer,
  wanted: { readonly status: string; readonly headers: Readonly<Record<string, string>>; readonly body: string },
  values: Map<string, string>,
): void {
  matches(answer.text, wanted.body, values)
  const headers = Object.entries(wanted.headers).map(([name, text]) => {
    const given = valuesOf(answer, name).join(', ')
    matches(given, text, values)
    return [name, given, filled(text, values)] as const
  })
  expect({
    line,
    status: String(answer.status),
    headers: Object.fromEntries(headers.map(([name, given]) => [name, given])),
    body: answer.text,
  }).toEqual({
    line,
    status: wanted.status,
    headers: Object.fromEntries(headers.map(([name, , text]) => [name, text])),
    body: filled(wanted.body, values),
  })
}

/** What may stand for a name that has no value yet, by how the name begins. */
const SHAPES: readonly (readonly [string, string])[] = [
  ['token', '[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+'],
  ['code', '\\d{8}'],
  ['revision', '\\d+'],
]

/** Compares, and keeps what stands for names that had no value. */
function matches(given: string, pattern: string, values: Map<string, string>): boolean {
  const fresh: string[] = []
  const parts = filled(pattern, values)
    .split(/(\{\{\w+\}\})/)
    .map((part) => {
      const name = /^\{\{(\w+)\}\}$/.exec(part)?.[1]
      if (name === undefined) return part.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
      fresh.push(name)
      return `(${SHAPES.find(([begin]) => name.startsWith(begin))?.[1] ?? '[^"]+'})`
    })
  const found = new RegExp(`^${parts.join('')}$`).exec(given)
  if (!found) return false
  for (const [index, name] of fresh.entries()) values.set(name, found[index + 1] ?? '')
  return true
}

function filled(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => values.get(name) ?? whole)
}

function headersIn(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]))
}

/** JSON without the white space of the transcript; anything else as it stands. */
function compact(text: string): string {
  return /^[{[]/.test(text) ? JSON.stringify(JSON.parse(text)) : text
}
