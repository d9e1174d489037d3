// Plays conversations until its parent says stop, a number of them at once. Its one argument is what it has to know, in JSON.
import { randomUUID } from 'node:crypto'
import { change, Client, generate, passwordOf, planOf } from './client.mjs'
import { pause } from './clock.mjs'
import { HistoryWriter } from './history-file.mjs'
import { Mailbox } from './mailbox.mjs'
import { Random } from './random.mjs'
import { Sender } from './sender.mjs'
import { Issuer, TALKS } from './talks.mjs'

const orders = JSON.parse(process.argv[2] ?? '{}')
const history = new HistoryWriter(orders.history)
const mailbox = new Mailbox(orders.mails)
const issuer = new Issuer(orders.issuerKey)
/** Nobody at work on them: only conversations that end as they should give their person back. */
const free = orders.people.map((person) => ({ ...person, refusesMail: orders.refused.includes(person.mail) }))
const hot = orders.hot
/** Message-IDs that conversations of a person have met, by user name. */
const seen = new Map()
const stop = new AbortController()

process.on('message', (said) => {
  if (said.stop) stop.abort()
})
// A parent that has gone wants nothing any more.
process.once('disconnect', () => process.exit(1))

await Promise.all(Array.from({ length: orders.atOnce }, (_, lane) => run(new Random(`${orders.seed} ${orders.name} ${lane}`), lane)))
history.close()
process.exit(0)

async function run(random, lane) {
  const sender = new Sender({ servers: orders.servers, history, random })
  const parts = () => ({ id: randomUUID(), sender, history, mailbox, random, issuer, token: orders.brightPatternToken })
  await pause(lane * 30)
  while (!stop.signal.aborted) {
    const draw = random.next()
    if (draw < 0.04) await strange(parts(), random)
    else if (draw < 0.16) await contended(parts(), random)
    else await career(parts, random)
  }
}

/** A name that nobody has: the conversation goes on as everybody's, and ends with nothing. */
async function strange(parts, random) {
  const name = `nobody-${parts.id.slice(0, 8)}`
  const person = { userName: name, mail: `${name}@example.com`, unknown: true }
  await new Client({
    ...parts,
    dialect: random.pick(Object.keys(TALKS)),
    person,
    plan: { ...planOf(random), foreign: true },
    seen: new Set(),
  }).play()
}

/** Somebody for whom several conversations are under way at once; mails must say which conversation they are of. */
async function contended(parts, random) {
  const person = random.pick(hot)
  if (random.chance(0.2)) return void (await generate({ ...parts, person }))
  const dialect = random.pick(['forgerock', 'cidaas'])
  await new Client({ ...parts, dialect, person, plan: planOf(random), seen: new Set() }).play()
}

/** One to three conversations with one person, one after the other. */
async function career(partsOfNext, random) {
  const person = free.shift()
  if (!person) return pause(200)
  const seenHere = seen.get(person.userName) ?? new Set()
  seen.set(person.userName, seenHere)
  for (let left = random.between(1, 3); left > 0 && !stop.signal.aborted; left--) {
    const parts = { ...partsOfNext(), person }
    const draw = random.next()
    if (draw < 0.1) {
      const end = await generate(parts)
      if (end.how !== 'completed') return
      person.password = end.generated
      continue
    }
    if (draw < 0.22 && person.password !== undefined) {
      const end = await change({ ...parts, old: person.password })
      if (end.how !== 'completed') return
      person.password = passwordOf(end.proposal)
      continue
    }
    const plan = planOf(random)
    const end = await new Client({ ...parts, dialect: random.pick(Object.keys(TALKS)), plan, seen: seenHere }).play()
    if (end.how === 'completed') person.password = passwordOf(end.proposal)
    else if (end.how !== 'left' && !(end.how === 'refused' && plan.attacker)) return
  }
  free.push(person)
}
