// What a step cannot avoid, written by hand: HTTP, a route, a JSON body, one signature checked and one made, the Redis scripts, a JSON answer. It hides
// nothing, mails nothing, judges nothing; its answers and stored values are as long as those of the real conversation that it was told.
//   floor-process.mjs JSON: { redis?: url, documents: answers in their order, sizes: bytes stored after each }
import { createHmac, createSecretKey, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { answer } from './answering.mjs'
import { memoryStore, redisStore } from './floor-stores.mjs'

// The versions that the server uses.
const ofServer = createRequire(fileURLToPath(new URL('../../packages/server/package.json', import.meta.url)))
const load = async (name) => import(pathToFileURL(ofServer.resolve(name)))
const [{ default: Koa }, { Router }, { Redis }] = [await load('koa'), await load('@koa/router'), await load('ioredis')]

const { redis, documents, sizes } = JSON.parse(process.argv[2])
const LIFE_MS = 600_000
const STARTS_MS = 3_600_000
const key = createSecretKey(randomBytes(32))
const HEADER = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'rekey+jwt', kid: 'bench' })).toString('base64url')
const END = documents.length
const store = redis === undefined ? memoryStore() : redisStore(new Redis(redis, { enableAutoPipelining: true }))

const router = new Router()
router.post('/openidm/selfservice/:flow', async (context) => {
  const { token, input } = JSON.parse(await textOf(context.req))
  const now = Math.floor(Date.now() / 1_000)
  const claims = token === undefined ? undefined : verified(token, now)
  if (token !== undefined && claims === undefined) return refuse(context)
  const id = claims?.jti ?? randomUUID()
  const done = claims === undefined ? await begin(id, context.ip) : await goOn(id, claims.ver, input)
  if (done === undefined) return refuse(context)
  const document = documents[done - 1]
  context.body =
    done === END ? document : { ...document, token: signed({ jti: id, ver: done, aud: 'floor/reset', iat: now, exp: now + 600 }) }
})

async function begin(id, address) {
  await store.count(`starts:${address}`, STARTS_MS)
  await store.create(id, valueOf(id, 1), LIFE_MS)
  return 1
}

async function goOn(id, version, input) {
  const holder = randomBytes(6).toString('hex')
  const raw = await store.claim(id, version, holder)
  if (raw === undefined) return undefined
  const state = JSON.parse(raw.toString('utf8', HEAD_BYTES))
  const next = state.at + 1
  if (next === END) await store.mark(id, holder, input.password)
  else await store.count(`acts:${state.id.slice(0, 4)}`, STARTS_MS)
  return (await store.commit(id, holder, valueOf(id, next), LIFE_MS)) ? next : undefined
}

/** Version and holder, 16 bytes, then what is remembered, as JSON. */
const HEAD_BYTES = 16
function valueOf(id, at) {
  const lean = JSON.stringify({ id, at, filled: '' }).length + HEAD_BYTES
  const filled = 'x'.repeat(Math.max(0, sizes[at - 1] - lean))
  return `${String(at).padStart(4, '0')}${' '.repeat(12)}${JSON.stringify({ id, at, filled })}`
}

function signed(claims) {
  const text = `${HEADER}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}

function verified(token, now) {
  const [first, last] = [token.indexOf('.'), token.lastIndexOf('.')]
  if (token.slice(0, first) !== HEADER) return undefined
  const given = Buffer.from(token.slice(last + 1))
  const expected = Buffer.from(createHmac('sha256', key).update(token.slice(0, last)).digest('base64url'))
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  const claims = JSON.parse(Buffer.from(token.slice(first + 1, last), 'base64url').toString())
  return claims.exp > now ? claims : undefined
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
