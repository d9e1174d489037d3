import { readFileSync } from 'node:fs'
import { isJsonObject, type JsonObject } from '@rekey/core'
import { readSeed } from '../../src/adapters/directory/read-seed.js'
import { SHIPPED_PEOPLE } from '../../src/config/resolve-config.js'
import { ANONYMOUS, submitTo, type Answer, type Client } from './call.js'

/** An answer of which only times, ids and signatures are hidden; everything else is as it was sent. */
export interface MaskedAnswer {
  readonly status: number
  /** In their order and letter case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** Tells the server something and keeps the answer. */
export type Say = (flow: string, body: JsonObject, headers?: Readonly<Record<string, string>>) => Promise<Answer>

/** What somebody does who may or may not exist: the same requests, whoever it is. */
export type Script = (say: Say, filter: string) => Promise<void>

/** @returns the masked answers of a whole conversation, in order. */
export async function played(client: Client, script: Script, filter: string): Promise<readonly MaskedAnswer[]> {
  const answers: MaskedAnswer[] = []
  await script(async (flow, body, headers = {}) => {
    const answer = await client.post(submitTo(flow), body, { ...ANONYMOUS, ...headers })
    answers.push(masked(answer))
    return answer
  }, filter)
  return answers
}

/** The token of an answer; where a leak has taken it away, a text that is none. */
export function tokenIn({ text }: Answer): string {
  const body: unknown = JSON.parse(text)
  const token = isJsonObject(body) ? body['token'] : undefined
  return typeof token === 'string' ? token : 'none'
}

export interface Difference {
  /** Number of the answer, from 1. */
  readonly answer: number
  readonly in: 'status' | 'header names' | `header ${string}` | 'body' | 'number of answers'
  readonly one: string
  readonly other: string
}

/** Every difference between two conversations; none means that nobody can tell them apart by what is sent. */
export function differences(one: readonly MaskedAnswer[], other: readonly MaskedAnswer[]): readonly Difference[] {
  const lengths = String(one.length) === String(other.length) ? [] : [difference(0, 'number of answers', one.length, other.length)]
  return [...lengths, ...one.flatMap((answer, at) => between(at + 1, answer, other[at] ?? answer))]
}

function between(at: number, one: MaskedAnswer, other: MaskedAnswer): readonly Difference[] {
  const names = ({ headers }: MaskedAnswer) => headers.map(([name]) => name).join(', ')
  const sameNames = names(one) === names(other)
  return [
    ...(one.status === other.status ? [] : [difference(at, 'status', one.status, other.status)]),
    ...(sameNames ? [] : [difference(at, 'header names', names(one), names(other))]),
    ...one.headers.flatMap(([name, value], index) => {
      const otherValue = other.headers[index]?.[1] ?? ''
      return !sameNames || value === otherValue ? [] : [difference(at, `header ${name}`, value, otherValue)]
    }),
    ...(one.body === other.body ? [] : [difference(at, 'body', one.body, other.body)]),
  ]
}

function difference(answer: number, where: Difference['in'], one: string | number, other: string | number): Difference {
  return { answer, in: where, one: String(one), other: String(other) }
}

const TOKEN = /[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g

/** The questions that anybody may be asked. */
const CONFIGURED = Object.values(Object.fromEntries(readSeed(readFileSync(SHIPPED_PEOPLE, 'utf8'), SHIPPED_PEOPLE).questions))

export function masked({ status, headers, text }: Answer): MaskedAnswer {
  const withoutTokens = text.replaceAll(TOKEN, (token) =>
    /"token":"[^"]*$/.test(text.slice(0, text.indexOf(token))) ? shapeOf(token) : token,
  )
  const body = CONFIGURED.reduce<string>(
    (sum, question) => sum.replaceAll(JSON.stringify(question), '"a configured question"'),
    withoutTokens,
  )
  const bytes = String(Buffer.byteLength(text))
  return {
    status,
    headers: headers.map(([name, value]) => {
      switch (name.toLowerCase()) {
        case 'date':
          return [name, 'a date']
        case 'content-length':
          // Shapes and questions stand for texts of other lengths; the length counts what stands there now.
          return [name, value === bytes ? `right, ${Buffer.byteLength(body)} when masked` : `${value} for ${bytes} bytes`]
        default:
          return [name, value]
      }
    }),
    body,
  }
}

/** What can be seen of a token without its key: header, names and lengths of claims, version, audience, life in minutes. */
function shapeOf(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
  if (!isJsonObject(claims)) return 'a token without claims'
  const shown = Object.entries(claims).map(([name, value]) =>
    name === 'ver' || name === 'aud' ? `${name} ${JSON.stringify(value)}` : `${name} of ${JSON.stringify(value).length}`,
  )
  const life = Math.round((Number(claims['exp']) - Number(claims['iat'])) / 60)
  const protectedHeader = Buffer.from(header, 'base64url').toString().replaceAll('"', "'")
  return `token of ${token.length}: ${protectedHeader}; ${shown.join('; ')}; ${life} minutes; signature of ${signature.length}`
}
