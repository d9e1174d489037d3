// better-auth as its pages say: its own handler on Node's HTTP server. `better-auth-process.mjs JSON`: { people, hashes: whether passwords are hashed as it does
// by default, or not at all }. Limits of requests are off, as ours are raised; nothing is said but errors.
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { betterAuth } from 'better-auth'
import { toNodeHandler } from 'better-auth/node'
import { answer } from '../steps/answering.mjs'
import { openMailbox } from '../steps/mailbox.mjs'
import { nameOf } from '../steps/people.mjs'
import { mapAdapter } from './map-adapter.mjs'

const { people, hashes } = JSON.parse(process.argv[2])
const mailbox = await openMailbox()
let mails = 0

const at = new Date()
const users = Array.from({ length: people }, (_, count) => {
  const id = `user-${count}`
  const name = nameOf(0, 0, count)
  return { id, name, email: `${name}@example.org`, emailVerified: true, createdAt: at, updatedAt: at }
})
const accounts = users.map(({ id }) => ({
  id: `account-of-${id}`,
  userId: id,
  accountId: id,
  providerId: 'credential',
  password: 'never verified in here',
  createdAt: at,
  updatedAt: at,
}))

const auth = betterAuth({
  baseURL: 'https://id.example.com',
  secret: randomBytes(32).toString('base64'),
  database: mapAdapter({ user: users, account: accounts, verification: [], session: [] }),
  emailAndPassword: {
    enabled: true,
    async sendResetPassword({ user, token }) {
      mails += 1
      mailbox.tell(user.name, token)
    },
    ...(!hashes && { password: { hash: async (password) => password, verify: async ({ hash, password }) => hash === password } }),
  },
  rateLimit: { enabled: false },
  logger: { level: 'error' },
  telemetry: { enabled: false },
})

const server = createServer(toNodeHandler(auth))
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.send({ ready: { url: `http://127.0.0.1:${server.address().port}`, mails: mailbox.port } }))
answer({ sent: () => mails, settled: () => undefined })
