// A mail server in a process of its own, which can be killed. What it takes it writes to a file before it says yes. Over the channel to its
// parent it is told how to behave: `{ slowMs }` before each yes, `{ defer: [addresses] }` answers 451, `{ refuse: [addresses] }` answers 550.
import { appendFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { buffer } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { now, pause } from './clock.mjs'

const [file, port] = process.argv.slice(2)
const resolver = createRequire(new URL('../../packages/server/package.json', import.meta.url))
const { SMTPServer } = resolver('smtp-server')
const { default: PostalMime } = await import(pathToFileURL(resolver.resolve('postal-mime')).href)

const NOTICE = 'Your password was changed'
let manners = { slowMs: 0, defer: [], refuse: [] }

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  onRcptTo({ address }, _session, done) {
    if (manners.refuse.includes(address)) return done(refusal(550))
    if (manners.defer.includes(address)) return done(refusal(451))
    done()
  },
  onData(stream, session, done) {
    void taken(stream, session, done)
  },
})
server.on('error', () => undefined)
server.listen(Number(port), '127.0.0.1', () => process.send?.({ ready: true }))

process.on('message', (said) => {
  manners = { ...manners, ...said.manners }
  process.send?.({ heard: said.number })
})
process.on('disconnect', () => process.exit(0))

async function taken(stream, session, done) {
  try {
    await take(stream, session)
    done()
  } catch (error) {
    done(error)
  }
}

async function take(stream, session) {
  const raw = await buffer(stream)
  const { messageId, subject, text = '' } = await PostalMime.parse(raw)
  const code = /^ {4}(\d{6,8})\s*$/m.exec(text)?.[1]
  const link = /^ {4}(https?:\S+)\s*$/m.exec(text)?.[1]
  const kind = code === undefined ? (subject === NOTICE ? 'notice' : 'other') : 'code'
  const [{ address: to }] = session.envelope.rcptTo
  appendFileSync(file, `${JSON.stringify({ at: now(), messageId, to, kind, code, link, about: conversationIn(link) })}\n`)
  await pause(manners.slowMs)
}

/** What the link says of which conversation it is: the id of the token in it, or the name of the reset. */
function conversationIn(link = '') {
  const token = /[?&]token=[^.&]+\.([^.&]+)\./.exec(link)?.[1]
  if (token !== undefined) return JSON.parse(Buffer.from(token, 'base64url').toString()).jti
  return /[?&]rprq=([^&]+)/.exec(link)?.[1]
}

function refusal(responseCode) {
  return Object.assign(new Error('not now'), { responseCode })
}
