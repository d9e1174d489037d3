import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { connectRedis } from '../../src/adapters/redis/index.js'
import { Judge } from '../openapi/judge.js'
import { documentOf } from '../openapi/recording.js'
import { Client, type Call } from './call.js'
import { carriersIn, type Mixture } from './fuzz/bends.js'
import { CONVERSATIONS, SINGLE_CALLS, type Conversation } from './fuzz/conversations.js'
import { corpusOf, isOf, slashed, type Corpus } from './fuzz/corpus.js'
import { Dice } from './fuzz/dice.js'
import { draftOf, shown } from './fuzz/draft.js'
import { faultsOf } from './fuzz/faults.js'
import { person, type Person } from './fuzz/people.js'
import { RawClient } from './fuzz/raw-client.js'
import { openStage, type Stage } from './fuzz/stage.js'
import { bendsFor, bentDraft, held, transplanted, type Bent, type Held } from './fuzz/storm.js'

/** `npm run fuzz` sets both. */
const COUNT = Number(process.env['REKEY_FUZZ_COUNT'] ?? 10_000)
const SEED = Number(process.env['REKEY_FUZZ_SEED'] ?? 48_055)
const AT_ONCE = 20
/** Requests between which the living conversations are renewed. */
const ROUND = 400
const ROUNDS = Math.ceil(COUNT / ROUND)
/** Of each round: people whose conversations get as far as they can, and conversations of people who prove nothing. */
const VOLUNTEERS = 5
const STRANGERS = 6

const dice = new Dice(SEED)
/** The wires on which a path may end with a slash. */
const SLASHING = /^(?:forgerock|airlock)$/
const isNovice = ({ name }: Conversation) => name === 'cidaas first password'
/** A conversation for every volunteer, drawn before anything is asked, as people without a password must be known when they move in. */
const VOLUNTEERED = Array.from({ length: ROUNDS * VOLUNTEERS }, (_, at) => ({
  who: person('volunteer', at),
  leads: dice.pick(CONVERSATIONS),
}))
const HONEST = Array.from({ length: ROUNDS }, (_, at) => {
  const leads = CONVERSATIONS[at % CONVERSATIONS.length]
  if (!leads) throw new RangeError('there are no conversations')
  return { who: person('honest', at), leads }
})
/** Whoever gives up keeps the first password, and their log-in is recorded: that password must be nothing that the storm has heard. */
const kept = ({ name }: Conversation, number: number) => (name.endsWith('given up') ? [`Canary-Unheard-1f-${number}`] : [])
const RECORDED = [false, true].flatMap((hasSlash, half) =>
  CONVERSATIONS.map((leads, at) => ({
    who: person('recorded', half * 1_000 + at, ...kept(leads, at)),
    leads,
    hasSlash: hasSlash && SLASHING.test(leads.dialect),
  })),
)
const VICTIMS = Array.from({ length: 6 }, (_, at) => person('victim', at, `Canary-Unheard-0f-${at}`))
/** They know no password and no answer of anybody. */
const IMPOSTORS = VICTIMS.map((who): Person => ({ ...who, password: 'not-the-0ld-one', answer: 'Mauve' }))

const prefix = `fuzz-${randomUUID()}:`
let stage: Stage
let judges: readonly Judge[] = []
let raw: RawClient
let corpus: Corpus = new Map()
beforeAll(async () => {
  const led = [...VOLUNTEERED, ...HONEST, ...RECORDED]
  const novices = new Set(led.filter(({ leads }) => isNovice(leads)).map(({ who }) => who))
  stage = await openStage([...led.map(({ who }) => who), ...VICTIMS], novices, { url: inject('redisUrl'), prefix })
  raw = new RawClient(stage.url)
  const client = new Client(stage.url)
  judges = await Promise.all(DIALECTS.map(async (name) => new Judge(await documentOf(client, name))))
  client.close()
})
afterAll(async () => {
  raw.close()
  await stage.close()
})

const DIALECTS = ['forgerock', 'centrify', 'airlock', 'cidaas', 'bright-pattern']

/** Leads every conversation to its end, with and without slashes, and keeps what was asked. */
async function record(): Promise<Corpus> {
  const calls: Call[] = [...SINGLE_CALLS, ...SINGLE_CALLS.filter(({ target }) => /^\/(?:openidm|auth)/.test(target)).map(slashed)]
  for (const call of calls) await stage.send(call)
  for (const { who, leads, hasSlash } of RECORDED) {
    await stage.honest(leads, who, async (call) => {
      const sent = hasSlash ? slashed(call) : call
      calls.push(sent)
      return stage.send(sent)
    })
  }
  const sorted = corpusOf(stage.routes, calls)
  for (const [route, [first]] of sorted) if (first && route.startsWith('OPTIONS ')) await stage.send(first)
  return sorted
}

/** Conversations that are alive for a round, each at a call that was drawn. */
async function alive(round: number): Promise<readonly Held[]> {
  const lives: Held[] = []
  for (const { who, leads } of VOLUNTEERED.slice(round * VOLUNTEERS, (round + 1) * VOLUNTEERS)) {
    const means = stage.reader(who, stage.send)
    const life = await held(leads, means, dice.below(7), dice.percent(20))
    if (life) lives.push(life)
  }
  const strangers = CONVERSATIONS.filter(({ dialect }) => dialect !== 'bright-pattern')
  for (let count = 0; count < STRANGERS; count++) {
    const life = await held(dice.pick(strangers), stage.stranger(dice.pick(IMPOSTORS), stage.send), dice.below(6), dice.percent(20))
    if (life) lives.push(life)
  }
  return lives
}

/** The good request that is bent: in turn one of each route, then one that somebody waits for. */
function baseOf(number: number, lives: readonly Held[]): Bent['base'] {
  if (number % 2 === 1 && lives.length > 0) return draftOf(dice.pick(lives).call)
  const routes = [...corpus.keys()]
  const route = routes[Math.floor(number / 2) % routes.length] ?? ''
  const call = dice.pick(corpus.get(route) ?? [])
  const near = lives.filter((life) => stage.dialectOf(life.call) === stage.dialectOf(call))
  return near.length > 0 && dice.percent(50) ? transplanted(call, dice.pick(near)) : draftOf(call)
}

/** Sends a request and says what is wrong with what came of it, with the fewest bends that have it so. */
async function tried(bent: Bent, mixture: Mixture): Promise<readonly string[]> {
  const send = async (bends: readonly string[]) => {
    const draft = bentDraft({ ...bent, bends }, SEED, mixture)
    return { draft, faults: faultsOf(draft, await raw.send(draft), judges, stage.isRoute(draft)) }
  }
  let { draft, faults } = await send(bent.bends)
  if (faults.length === 0) return []
  let needed = bent.bends
  for (let at = needed.length - 1; at >= 0; at--) {
    const fewer = await send(needed.toSpliced(at, 1))
    if (fewer.faults.length > 0) ({ draft, faults } = fewer)
    if (fewer.faults.length > 0) needed = needed.toSpliced(at, 1)
  }
  return faults.map((fault) => `seed ${SEED}, request ${bent.number} (${needed.join(', ') || 'as it is'}): ${fault}\n    ${shown(draft)}`)
}

/** Failures that are shown; the first is what matters. */
const SHOWN = 5

test(
  `SEC-48 SEC-55 ${COUNT} bent requests to every route of every dialect: no 5xx, no hang, no HTML, nobody's password, and honest people get through`,
  { timeout: 120_000 + COUNT * 20 },
  async () => {
    corpus = await record()
    const unbent = await stage.counts()
    const faults: string[] = []
    for (let round = 0; round < ROUNDS && faults.length < SHOWN; round++) {
      const lives = await alive(round)
      const spent = [...corpus.values()].flat()
      const carriers = [...lives.map(({ call }) => call), ...lives.map(() => dice.pick(spent))].flatMap((call) => carriersIn(draftOf(call)))
      const honest = HONEST[round]
      const getsThrough = honest && stage.honest(honest.leads, honest.who)
      for (let from = round * ROUND; from < Math.min((round + 1) * ROUND, COUNT); from += AT_ONCE) {
        const numbers = Array.from({ length: Math.min(AT_ONCE, COUNT - from) }, (_, at) => from + at)
        const requests = numbers.map((number) => ({ number, base: baseOf(number, lives), bends: bendsFor(dice) }))
        faults.push(...(await Promise.all(requests.map((bent) => tried(bent, { carriers })))).flat())
      }
      await getsThrough
    }
    expect(faults.slice(0, SHOWN)).toEqual([])

    // Bending must be so gentle that every route is hit, and that what a document or a page promises is still given.
    const counts = await stage.counts()
    const stormed = stage.routes.map((route) => {
      const [all, before] = [counts.get(route), unbent.get(route)]
      return { route, all: (all?.all ?? 0) - (before?.all ?? 0), everGood: all?.good ?? 0 }
    })
    expect(stormed.filter(({ all }) => all < COUNT / stage.routes.length / 8)).toEqual([])
    const promised = stormed.filter(({ route }) => isPromised(route))
    expect(promised.filter(({ everGood }) => everGood === 0)).toEqual([])
    expect(promised.length).toBeGreaterThan(90)
  },
)

/** Whether somebody is told that there is such a call: in the document of a dialect, or as a page or a check of ours. */
function isPromised(route: string): boolean {
  const [method = '', pattern = ''] = route.split(' ')
  if (method === 'OPTIONS' || /^\/(?:dev|metrics|health|ready)\b/.test(pattern)) return true
  return (corpus.get(route) ?? []).some((call) => isOf(route, call) && judges.some((judge) => judge.operationOf(call) !== undefined))
}

test('afterwards nothing is other than it was but what honest people and volunteers have done', async () => {
  const own = (people: readonly { readonly who: Person }[]) => new Set(people.map(({ who }) => who.id))
  // Whoever has the secret of the contact centre may have a password made for somebody as often as they like; the storm has recorded it.
  const generated = RECORDED.filter(({ leads }) => leads.dialect === 'bright-pattern')
  const asked = [...HONEST, ...RECORDED.filter((one) => !generated.includes(one))]
  const honest = own(asked)
  const volunteers = own([...VOLUNTEERED, ...generated])
  expect(stage.sets.filter((id) => !honest.has(id) && !volunteers.has(id))).toEqual([])
  expect(await Promise.all(VICTIMS.map((who) => stage.passwordIs(who, who.password)))).toEqual(VICTIMS.map(() => true))

  // Everybody honest has the password that they chose, and it was set once.
  const setOnce = asked.filter(({ leads }) => !leads.name.endsWith('given up'))
  expect(stage.sets.filter((id) => honest.has(id)).toSorted()).toEqual(setOnce.map(({ who }) => who.id).toSorted())
  const chosen = setOnce.filter(({ leads }) => leads.dialect !== 'bright-pattern').map(({ who }) => who)
  expect(await Promise.all(chosen.map((who) => stage.passwordIs(who, who.password)))).toEqual(chosen.map(() => true))

  // One conversation, one change; and the trail tells of each.
  const changed = stage.events.filter(({ event }) => event === 'changed').map(({ conversation }) => conversation)
  expect(new Set(changed).size).toBe(changed.length)
  expect(changed.length).toBe(stage.sets.length)
  // The storm got as far as the last question: somebody's password was set by it.
  expect(stage.sets.filter((id) => own(VOLUNTEERED).has(id)).length).toBeGreaterThan(0)

  expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(PROTOTYPE)
  expect((await stage.send({ method: 'GET', target: '/health' })).status).toBe(200)
  expect((await stage.send({ method: 'GET', target: '/ready' })).status).toBe(200)
})

test('afterwards nothing lies in the store for ever', async () => {
  const redis = connectRedis(inject('redisUrl'), { onError: (error) => process.emitWarning(error) })
  try {
    const keys: string[] = []
    for await (const batch of redis.scanStream({ match: `${prefix}*`, count: 1_000 })) keys.push(...(batch as string[])) // Keys are texts.
    const endless = (await Promise.all(keys.map(async (key) => ((await redis.pttl(key)) === -1 ? [key] : [])))).flat()
    expect(keys.length).toBeGreaterThan(100)
    // What is still owed has no end of its own.
    expect(endless.filter((key) => !/\{b[0-6]\d\}:(?:duties:)?outbox$/.test(key))).toEqual([])
  } finally {
    redis.disconnect()
  }
})

test.for<readonly [what: string, status: number, type: string, text: string, told: RegExp]>([
  ['a fault of the server', 500, 'application/json', '{}', /^the status 500/],
  ['a body that breaks off', 400, 'application/json', '{"a":', /^no JSON/],
  ['a page', 200, 'text/html; charset=utf-8', '<!doctype html>', /^HTML/],
  ['a stack', 400, 'application/json', '{"message":"at run (engine.js:10:2)"}', /^a stack/],
  ['the name of a library', 400, 'application/json', '{"message":"ioredis"}', /^a stack/],
  ['a password', 400, 'application/json', '{"message":"Canary-Passw0rd-1"}', /^a secret/],
  ['another shape than the document has', 200, 'application/json', '{"stack":1}', /POST \/openidm\/selfservice\/reset 200/],
])('%s is seen', ([, status, type, text, told]) => {
  const headers = [['Content-Type', type] as const, ['Cache-Control', 'no-store'] as const, ['X-Content-Type-Options', 'nosniff'] as const]
  const draft = draftOf({ method: 'POST', target: '/openidm/selfservice/reset' })
  const found = faultsOf(draft, { is: 'answer', answer: { status, headers, text } }, judges, true)
  expect(found.filter((fault) => told.test(fault))).toHaveLength(1)
})

test('silence is seen, and so is a connection that is closed on a good request', () => {
  const draft = draftOf({ method: 'GET', target: '/health' })
  expect([faultsOf(draft, { is: 'hang' }, [], true), faultsOf(draft, { is: 'closed' }, [], true)].map(({ length }) => length)).toEqual([
    1, 1,
  ])
})

const PROTOTYPE = Object.getOwnPropertyNames(Object.prototype).toSorted()
