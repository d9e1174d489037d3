import { gzipSync } from 'node:zlib'
import { bendJson, TEXTS } from './bend-json.js'
import type { Dice } from './dice.js'
import type { Draft } from './draft.js'

/** What the bends of a round may mix with one another. */
export interface Mixture {
  /** Tokens, handles and cookies of living and of finished conversations, of every wire. */
  readonly carriers: readonly string[]
}

/** A way to bend a request. It draws from the dice alone, so that it does the same again. */
export type Bend = (draft: Draft, dice: Dice, mixture: Mixture) => Draft

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND', 'QUERY']

/** By name, so that a failure says what was done. */
export const BENDS: Readonly<Record<string, Bend>> = {
  method: (draft, dice) => ({ ...draft, method: dice.pick(METHODS) }),
  path,
  query,
  header,
  'header twice': (draft, dice) => {
    const at = dice.below(draft.headers.length || 1)
    const own = draft.headers[at] ?? ['Accept', '*/*']
    return { ...draft, headers: draft.headers.toSpliced(at, 0, dice.percent(50) ? own : [own[0].toUpperCase(), dice.pick(HEADER_VALUES)]) }
  },
  'header gone': (draft, dice) => ({ ...draft, headers: draft.headers.toSpliced(dice.below(draft.headers.length || 1), 1) }),
  'many headers': (draft, dice) => ({
    ...draft,
    headers: [...draft.headers, ...Array.from({ length: dice.pick([50, 101, 400]) }, (_, at) => [`X-More-${at}`, 'x'] as const)],
  }),
  'huge header': (draft, dice) => ({
    ...draft,
    headers: [...draft.headers, [dice.pick(['Cookie', 'Authorization', 'X-Any']), 'A'.repeat(dice.pick([7_000, 15_000, 40_000]))]],
  }),
  json,
  'json twice': (draft, dice) => json(json(draft, dice), dice),
  text,
  bytes,
  carrier,
  'carrier of another': foreignCarrier,
  'raw bytes': rawBytes,
}

/** Bends that are worth more tries than the others. */
export const BEND_NAMES: readonly string[] = [
  ...Object.keys(BENDS),
  'json',
  'json',
  'json',
  'carrier',
  'carrier of another',
  'query',
  'path',
  'header',
]

const SPELLINGS: readonly ((path: string, dice: Dice) => string)[] = [
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => path.replaceAll('/', '//'),
  (path) => path.toUpperCase(),
  (path) => `${path}%00`,
  (path) => `${path}%ff`,
  (path) => `${path}%c3%28`,
  (path) => `${path};a=b`,
  (path) => `${path}/../x`,
  (path) => `${path}%2f..%2fx`,
  (path) => `/x/..${path}`,
  (path) => `/.${path}`,
  (path) => `/%2e%2e${path}`,
  (path) => `${path}#x`,
  (path) => `${path}\\x`,
  (path) => `${path}%`,
  (path) => `http://other.example${path}`,
  (path) => path.replace(/[a-z](?=[^/]*$)/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  (path) => path.replace(/[^/]+$/, '__proto__'),
  (path, dice) => path.replace(/[^/]+$/, () => encodeURIComponent(dice.pick(TEXTS))),
  (path, dice) => path.replace(/[^/]+(?=\/[^/]*$)/, () => dice.pick(['constructor', '..', '%2e', 'x'.repeat(3_000), '*'])),
  () => '*',
]

function path(draft: Draft, dice: Dice): Draft {
  const [before = '', ...after] = draft.target.split('?')
  return { ...draft, target: [dice.pick(SPELLINGS)(before, dice), ...after].join('?') }
}

const QUERIES: readonly string[] = [
  '',
  '_action=',
  '_action=submitRequirements&_action=submitRequirements',
  '_ACTION=submitRequirements',
  '_action[]=submitRequirements',
  '_action[__proto__]=x',
  '_fields=*',
  '_prettyPrint=true',
  '_queryFilter=true',
  'action=initiatereset',
  'action=validatecode&action=acceptreset',
  'token=a&token=b',
  '__proto__=x&constructor=y',
  '%',
  '%ff=%fe',
  '&&&=&=',
  '+=+&%00=%00',
  'a'.repeat(6_000),
]

function query(draft: Draft, dice: Dice): Draft {
  const [before = '', ...after] = draft.target.split('?')
  const own = after.join('?')
  const bent = dice.pick([
    own === '' ? dice.pick(QUERIES) : `${own}&${own}`,
    dice.pick(QUERIES),
    `${own}&${dice.pick(QUERIES)}`,
    own.slice(0, -3),
  ])
  return { ...draft, target: `${before}?${bent}` }
}

const HEADER_NAMES = [
  'Content-Type',
  'Content-Type',
  'Content-Encoding',
  'Accept',
  'Accept-Language',
  'Accept-API-Version',
  'Authorization',
  'Cookie',
  'Origin',
  'Host',
  'Forwarded',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-HTTP-Method-Override',
  'X-OpenIDM-Username',
  'X-OpenIDM-NoSession',
  'X-Requested-With',
  'X-Same-Domain',
  'X-CENTRIFY-NATIVE-CLIENT',
  'Access-Control-Request-Method',
  'Access-Control-Request-Headers',
  'If-Match',
  'If-None-Match',
  'Range',
  'Connection',
  'traceparent',
  '__proto__',
  'constructor',
]

const HEADER_VALUES = [
  '',
  '*',
  'application/json',
  'application/json; charset=utf-16',
  'application/json; charset=nonsense; charset=utf-8',
  'application/x-www-form-urlencoded',
  'application/vnd.api+json; ext="x"',
  'multipart/form-data; boundary=x',
  'text/plain',
  'text/html',
  'application/xml',
  ';;;=',
  'gzip',
  'gzip, br, deflate',
  'identity',
  'protocol=2.1,resource=1.0',
  'protocol=999999999999999999999,resource=-1',
  'en;q=0.5,*;q=NaN,de-DE-1901-x-y,,,',
  `${'en-x,'.repeat(900)}de`,
  'Bearer',
  'Bearer a.b.c',
  'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.',
  'Basic YW5vbnltb3VzOmFub255bW91cw==',
  'AL_SESS-S=; AL_SESS-S=x; .ASPXAUTH=x',
  '__proto__=x; constructor=y; =; ;a',
  'https://portal.example',
  'null',
  'localhost',
  'evil.example:80',
  '::1',
  '127.0.0.1, 10.0.0.1, unknown, [::1]:80',
  'for=_hidden;by="[::1]"',
  'anonymous',
  'DELETE',
  'close',
  'keep-alive, te',
  '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  'bytes=0-0,-1',
  '\u00e4\u00f6\u00fc',
]

function header(draft: Draft, dice: Dice): Draft {
  const [name, value] = [dice.pick(HEADER_NAMES), dice.pick(HEADER_VALUES)]
  const others = draft.headers.filter(([given]) => given.toLowerCase() !== name.toLowerCase())
  return { ...draft, headers: [...others, [name, value]] }
}

function json(draft: Draft, dice: Dice): Draft {
  if (!draft.body) return { ...draft, body: Buffer.from(dice.pick(['{}', '[]', 'null', '{"input":{}}', 'x'])) }
  const sent = draft.body.toString()
  const bent = bendJson(sent, dice)
  if (bent !== undefined) return { ...draft, body: Buffer.from(bent) }
  const form = new URLSearchParams(sent)
  const name = dice.pick([...form.keys(), 'token'])
  if (dice.percent(50)) form.append(name, dice.pick(TEXTS))
  else form.set(name, dice.pick(TEXTS))
  return { ...draft, body: Buffer.from(form.toString()) }
}

const WRITINGS: readonly ((text: string) => string)[] = [
  () => '',
  (text) => `${text}${text}`,
  (text) => `\ufeff${text}`,
  (text) => `[${text}]`,
  (text) => ` \n\t${text}\r\n `,
  (text) => `${text}\u0000`,
  (text) => `${text},`,
  (text) => `/* */${text}`,
  (text) => text.replaceAll('"', "'"),
  (text) => JSON.stringify(text),
  (text) => `${text.slice(0, -1)},"x":${'{"y":'.repeat(500)}`,
  (text) => `${text}${' '.repeat(70_000)}`,
  (text) => new URLSearchParams({ text }).toString(),
  (text) =>
    text.replace(
      /"([^"]{3,})":/,
      (_match, name: string) => `"${name.replace(/./, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`)}":`,
    ),
]

function text(draft: Draft, dice: Dice): Draft {
  const sent = draft.body?.toString() ?? '{}'
  const bent = dice.percent(40) ? sent.slice(0, dice.below(sent.length + 1)) : dice.pick(WRITINGS)(sent)
  return { ...draft, body: Buffer.from(bent) }
}

function bytes(draft: Draft, dice: Dice): Draft {
  const body = Buffer.from(draft.body ?? Buffer.from('{}'))
  switch (dice.below(4)) {
    case 0:
      return {
        ...draft,
        body: gzipSync(body),
        headers: [...draft.headers, ...(dice.percent(70) ? [['Content-Encoding', 'gzip'] as const] : [])],
      }
    case 1:
      return { ...draft, body: Buffer.from(body.toString(), 'utf16le') }
    case 2:
      return { ...draft, body: Buffer.from(Array.from({ length: 1 + dice.below(200) }, () => dice.below(256))) }
    default:
      for (let times = 1 + dice.below(4); times > 0 && body.length > 0; times--) body.writeUInt8(dice.below(256), dice.below(body.length))
      return { ...draft, body }
  }
}

/** Tokens, ids and cookies as they stand in a request: long texts without blanks. */
const CARRIER = /[A-Za-z0-9_.~+/=-]{20,}/g

/** Everything in a draft by which a server may know a conversation again. */
export function carriersIn(draft: Draft): readonly string[] {
  const places = [draft.target, ...draft.headers.filter(([name]) => /^(?:cookie|authorization)$/i.test(name)).map(([, value]) => value)]
  const path = new Set(draft.target.split('?')[0]?.match(CARRIER) ?? [])
  return [...places, draft.body?.toString() ?? ''].flatMap((place) => place.match(CARRIER) ?? []).filter((found) => !path.has(found))
}

function carrier(draft: Draft, dice: Dice): Draft {
  const own = carriersIn(draft)
  if (own.length === 0) return json(draft, dice)
  const old = dice.pick(own)
  const at = dice.below(old.length)
  const bent = dice.pick([
    `${old.slice(0, at)}${dice.pick(['A', 'B', '0', '-', '.', '='])}${old.slice(at + 1)}`,
    old.slice(0, at),
    `${old}A`,
    old.split('.').toReversed().join('.'),
    old.toUpperCase(),
    `${old}.${old}`,
    '',
    '5f5cbb84-4ceb-4975-b347-4bfac61e9248',
    'eyJhbGciOiJub25lIn0.e30.',
  ])
  return replaced(draft, old, bent)
}

function foreignCarrier(draft: Draft, dice: Dice, { carriers }: Mixture): Draft {
  const own = carriersIn(draft)
  return own.length === 0 || carriers.length === 0 ? carrier(draft, dice) : replaced(draft, dice.pick(own), dice.pick(carriers))
}

function replaced(draft: Draft, old: string, wanted: string): Draft {
  return {
    ...draft,
    target: draft.target.replace(old, () => wanted),
    headers: draft.headers.map(([name, value]) => [name, value.replace(old, () => wanted)]),
    ...(draft.body && { body: Buffer.from(draft.body.toString().replace(old, () => wanted)) }),
  }
}

/** What no HTTP client sends. */
function rawBytes(draft: Draft, dice: Dice): Draft {
  const wild = { ...draft, wild: true as const }
  const body = draft.body ?? Buffer.from('{}')
  switch (dice.below(9)) {
    case 0:
      return { ...wild, headers: [...draft.headers, ['X-Bad', `a${dice.pick(['\u0000', '\u0001', '\r', '\n', '\u007f'])}b`]] }
    case 1:
      return { ...wild, headers: [...draft.headers, [dice.pick(['X Bad', 'X-Bad ', '', 'X\u0000', '(x)']), 'x']] }
    case 2:
      return { ...wild, target: `${draft.target}${dice.pick([' x', '\t', '\u00e4', '\u0000', ' HTTP/1.1\r\nX: y'])}` }
    case 3:
      return { ...wild, body, told: String(dice.pick([0, 1, body.length - 1, body.length + 10, 70_000, 1e12])) }
    case 4:
      return { ...wild, body, told: dice.pick(['-1', '1e3', '0x10', '+2', '2, 2', 'x', '99999999999999999999']) }
    case 5:
      return {
        ...wild,
        body,
        headers: [...draft.headers, ['Transfer-Encoding', dice.pick(['chunked', 'chunked, chunked', 'gzip, chunked', 'x'])]],
      }
    case 6:
      return { ...wild, method: dice.pick(['post', 'GET\u0000', 'G ET', '', 'CONNECT', 'A'.repeat(500)]) }
    case 7:
      return {
        ...wild,
        headers: [...draft.headers, ['Expect', dice.pick(['100-continue', 'x', ''])], ['Upgrade', 'h2c'], ['Connection', 'Upgrade']],
      }
    default:
      return { ...wild, headers: [...draft.headers, ['Host', 'a'], ['Host', 'b']] }
  }
}
