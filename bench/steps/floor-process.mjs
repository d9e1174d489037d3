// What a step cannot avoid, written by hand: HTTP, a route, a JSON body, one signature checked and one made, the Redis scripts, a JSON answer. It hides
// nothing, mails nothing, judges nothing; its answers and stored values are as long as those of the real conversation that it was told.
//   floor-process.mjs JSON: { wire: name, redis?: url, documents: answers in their order, sizes: bytes stored after each, secret?: of the signatures, where several processes share
//   them }
import { createHmac, createSecretKey, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { answer } from './answering.mjs'
import { memoryStore, NOBODY, redisStore } from './floor-stores.mjs'
import { WIRES } from './wires.mjs'

// The versions that the server uses.
const ofServer = createRequire(fileURLToPath(new URL('../../packages/server/package.json', import.meta.url)))
const load = async (name) => import(pathToFileURL(ofServer.resolve(name)))
const [{ default: Koa }, { Router }, { Redis }] = [await load('koa'), await load('@koa/router'), await load('ioredis')]

const { wire, redis, documents, sizes, secret: shared } = JSON.parse(process.argv[2])
const { routes, calls, carrier, carried, carry, opens, secret } = WIRES[wire].floor
const LIFE_MS = 600_000
const STARTS_MS = 3_600_000
const key = createSecretKey(shared === undefined ? randomBytes(32) : Buffer.from(shared, 'base64'))
const HEADER = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'rekey+jwt', kid: 'bench' })).toString('base64url')
const END = documents.length
const store = redis === undefined ? memoryStore() : redisStore(new Redis(redis, { enableAutoPipelining: true }))

/** What carries a conversation on: made for a version of it, and read back. A handle says no version, so the store is not asked for one. */
const CARRIERS = {
  token: {
    make(id, ver) {
      const iat = Math.floor(Date.now() / 1_000)
      return signed({ jti: id, ver, aud: 'floor/reset', iat, exp: iat + 600 })
    },
    read: verified,
  },
  handle: {
    make: (id) => `${id}${macOf(id)}`,
    read: (handle) =>
      isEqual(handle.slice(ID_LENGTH), macOf(handle.slice(0, ID_LENGTH))) ? { jti: handle.slice(0, ID_LENGTH) } : undefined,
  },
}
const ID_LENGTH = 36
const FIRST_STORED = calls.findIndex((each) => each.includes('create'))

const router = new Router()
router.post(routes, async (context) => {
  const body = JSON.parse(await textOf(context.req))
  if (secret !== undefined && !isEqual(context.get('Authorization').slice('Bearer '.length), secret)) return refuse(context)
  const reference = carried?.({ body, cookie: context.get('Cookie') || undefined })
  const claims = reference === undefined ? undefined : CARRIERS[carrier].read(reference)
  if (reference !== undefined && claims === undefined) return refuse(context)
  const id = claims?.jti ?? randomUUID()
  const holder = randomBytes(6).toString('hex')
  const at = claims === undefined ? 0 : opens?.(body) ? FIRST_STORED : await claimed(id, claims.ver, holder)
  if (at === undefined || !(await work(id, at, claims === undefined || at === FIRST_STORED ? NOBODY : holder, context.ip)))
    return refuse(context)
  const done = at + 1
  const carries = carrier !== 'none' && done < END
  const { body: document, cookie } = carry(documents[at], carries ? CARRIERS[carrier].make(id, done) : undefined)
  if (cookie !== undefined) context.set('Set-Cookie', cookie)
  context.body = document
})

/** @returns how many requests of a conversation are done. */
async function claimed(id, version, holder) {
  const raw = await store.claim(id, version, holder)
  return raw === undefined ? undefined : JSON.parse(raw.toString('utf8', HEAD_BYTES)).at
}

/** What a request does in the store, one after the other. @returns false when the conversation is not ours any more. */
async function work(id, at, holder, address) {
  for (const call of calls[at]) {
    if (call === 'count') await store.count(at === FIRST_STORED ? `starts:${address}` : `acts:${id.slice(0, 4)}`, STARTS_MS)
    else if (call === 'create') await store.create(id, valueOf(id, at + 1), LIFE_MS)
    else if (call === 'mark') await store.mark(id, holder, 'a change of the bench')
    else if (call === 'commit' && !(await store.commit(id, holder, valueOf(id, at + 1), LIFE_MS))) return false
  }
  return true
}

/** Version and holder, 16 bytes, then what is remembered, as JSON. */
const HEAD_BYTES = 16
function valueOf(id, at) {
  const lean = JSON.stringify({ id, at, filled: '' }).length + HEAD_BYTES
  const filled = 'x'.repeat(Math.max(0, sizes[at - 1] - lean))
  return `${String(at).padStart(4, '0')}${NOBODY}${JSON.stringify({ id, at, filled })}`
}

function signed(claims) {
  const text = `${HEADER}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  return `${text}.${macOf(text)}`
}

function verified(token) {
  const [first, last] = [token.indexOf('.'), token.lastIndexOf('.')]
  if (token.slice(0, first) !== HEADER || !isEqual(token.slice(last + 1), macOf(token.slice(0, last)))) return undefined
  const claims = JSON.parse(Buffer.from(token.slice(first + 1, last), 'base64url').toString())
  return claims.exp > Math.floor(Date.now() / 1_000) ? claims : undefined
}

function macOf(text) {
  return createHmac('sha256', key).update(text).digest('base64url')
}

function isEqual(given, expected) {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}

function textOf(request) {
  return new Promise((resolve, reject) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.on('error', reject)
  })
}

function refuse(context) {
  context.status = 400
  context.body = { code: 400 }
}

const app = new Koa()
app.use(router.routes())
const server = app.listen(0, '127.0.0.1', () => process.send({ ready: { url: `http://127.0.0.1:${server.address().port}` } }))
// As long as the real server keeps connections at least.
server.keepAliveTimeout = 60_000
answer({})
