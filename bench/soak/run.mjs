// Plays conversations of all five dialects against three server processes, while Redis, PostgreSQL, the mail server and the servers themselves
// break; then checks what everybody remembers of it.
// Usage: npm run soak [-- --minutes 10] [--seed words] [--smoke] [--keep]; --readme only writes the figures of the last whole run into the README,
// --history FILE decides once more over what a run has kept.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from '../../scripts/build.mjs'
import { setUp } from '../../scripts/setup.mjs'
import { check } from './checker.mjs'
import { now, pause } from './clock.mjs'
import { Faults, planFaults } from './faults.mjs'
import { report, writeFigures, writeReadme } from './figures.mjs'
import { gather, settle } from './gather.mjs'
import { House } from './house.mjs'
import { selfTest } from './self-test.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const CLIENTS = 2
/** Mails to these addresses are refused for good. */
const REFUSED = 3
/** People for whom several conversations are under way at once. */
const HOT = 6

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now()) },
    smoke: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    readme: { type: 'boolean', default: false },
    history: { type: 'string' },
  },
})
const smoke = values.smoke
const seconds = smoke ? 15 : Number(values.minutes) * 60
const atOnce = smoke ? 16 : 40
const seed = values.seed

if (values.readme) writeReadme()
else if (values.history !== undefined) process.exitCode = again(values.history) ? 0 : 1
else process.exitCode = (await soak()) ? 0 : 1

async function soak() {
  setUp()
  build()
  const plants = selfTest()
  const folder = mkdtempSync(join(tmpdir(), 'rekey-soak-'))
  const begun = now()
  const say = (text) => console.log(`${((now() - begun) / 1_000).toFixed(1).padStart(7)} s  ${text}`)
  const clientPeople = peopleOf(smoke ? 80 : 500)
  const refusing = clientPeople.flatMap((list) => list.slice(0, REFUSED))
  const hot = Array.from({ length: HOT }, (_, at) => personOf(`hot${at}`))
  const people = [...clientPeople.flat(), ...hot]
  const refused = refusing.map(({ mail }) => mail)
  const house = new House(folder, { people, mailRefused: refused })
  const onInterrupt = () => process.exit(130)
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt)
  let keep = values.keep
  say(`the checker finds each of ${plants} planted violations`)
  try {
    await house.open()
    say(`three servers, PostgreSQL, Redis with a replica and three Sentinels, a mail server; seed ${seed}`)
    const addresses = clientPeople.flatMap((list) => list.slice(REFUSED, REFUSED * 4)).map(({ mail }) => mail)
    const faults = new Faults(house, { addresses, say })
    const clients = clientPeople.map((list, at) => startClient(house, { name: `client-${at}`, people: list, hot, refused }))
    const under = faults.run(planFaults({ seed, seconds, smoke }))
    await Promise.race([pause(seconds * 1_000), under, ...clients.map(({ ended }) => ended)])
    faults.stop()
    await under
    say('no more faults; conversations under way are led to their ends')
    for (const { child } of clients) if (child.connected) child.send({ stop: true })
    const codes = await Promise.all(clients.map(({ ended }) => ended))
    if (codes.some((code) => code !== 0)) throw new Error(`a client ended with ${codes.join(', ')}`)
    const rest = await settle(house, say)
    for (const server of house.servers) {
      const how = await server.stop()
      if (how !== 0) throw new Error(`a server that was asked to end ended with ${String(how)}`)
    }
    const history = await gather(house, { clients, people, refused, faults: faults.done, rest })
    const kept = { seed, seconds: Math.round(seconds), history }
    writeFileSync(join(folder, 'history.json'), JSON.stringify(kept))
    const isWell = decide(kept, say)
    keep ||= !isWell
    return isWell
  } catch (error) {
    keep = true
    throw error
  } finally {
    await house.close()
    if (keep) say(`everything is kept in ${folder}`)
    else rmSync(folder, { recursive: true, force: true })
  }
}

/** Decides once more over the history of a run that was kept, after the checker has learned something. */
function again(file) {
  selfTest()
  return decide(JSON.parse(readFileSync(file, 'utf8')), console.log)
}

/** @returns {boolean} whether nothing was found. The figures of a whole run without a violation are kept. */
function decide({ history, ...run }, say) {
  const verdict = check(history)
  const figures = { ...run, ...verdict.figures, violations: verdict.violations.length }
  report(figures, verdict, say)
  const isWell = verdict.violations.length === 0
  if (!smoke && isWell) writeFigures(figures)
  return isWell
}

function startClient(house, { name, people, hot, refused }) {
  const file = join(house.folder, `${name}.jsonl`)
  const orders = {
    name,
    seed,
    people,
    hot,
    refused,
    history: file,
    mails: house.mails,
    servers: house.urls,
    atOnce: Math.ceil(atOnce / CLIENTS),
    issuerKey: house.issuer.pem,
    brightPatternToken: house.brightPatternToken,
  }
  const child = spawn(process.execPath, [join(HERE, 'client-process.mjs'), JSON.stringify(orders)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit').then(([code, signal]) => signal ?? code)
  return { child, ended, file }
}

/** People for each client, none of them of two. */
function peopleOf(count) {
  return Array.from({ length: CLIENTS }, (_, client) => Array.from({ length: count }, (_one, at) => personOf(`c${client}p${at}`)))
}

function personOf(userName) {
  return { userName, mail: `${userName}@example.com`, password: `First-${userName}`, givenName: userName }
}
