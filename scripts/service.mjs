// `npm run service -- redis|postgres|smtp`: starts one of the parts that Rekey works with, on the loopback address, for trying out. What it holds is
// gone when it ends; a mail that it takes is written into `--folder`. What a machine lacks is unpacked below `.cache`, without root, where that
// can be done.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { setUp } from './setup.mjs'

/** How each part is started: it gives the line that tells how it is reached, and what ends it. */
const SERVICES = {
  async redis({ port = 6379 }) {
    const { startRedis } = await import('./redis-server.mjs')
    const redis = await startRedis({ port })
    return { line: `REDIS_URL=${redis.url}`, stop: () => redis.stop() }
  },
  async postgres({ port = 5432 }) {
    const { startPostgres } = await import('./postgres-server.mjs')
    const postgres = await startPostgres({ port })
    return { line: `DATABASE_URL=${postgres.url}`, stop: () => postgres.stop() }
  },
  async smtp({ port = 2525, folder }) {
    setUp()
    const { SMTPServer } = createRequire(new URL('../packages/server/package.json', import.meta.url))('smtp-server')
    const keep = keeper(folder)
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(null, { user: 'anybody' }),
      onData(stream, _session, done) {
        const parts = []
        stream.on('data', (part) => parts.push(part))
        stream.on('end', () => {
          keep(Buffer.concat(parts))
          done()
        })
      },
    })
    await new Promise((listening, failed) => {
      server.once('error', failed)
      server.listen(port, '127.0.0.1', listening)
    })
    return { line: `SMTP_PORT=${port}`, stop: () => new Promise((closed) => server.close(closed)) }
  },
}

/** Writes mails as `1.eml`, `2.eml` and so on, or on standard output. */
function keeper(folder) {
  if (folder === undefined) return (mail) => process.stdout.write(mail)
  const place = resolve(folder)
  mkdirSync(place, { recursive: true })
  let count = 0
  return (mail) => writeFileSync(join(place, `${(count += 1)}.eml`), mail)
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string' }, folder: { type: 'string' } },
})
const [name = ''] = positionals
if (!Object.hasOwn(SERVICES, name)) {
  process.stderr.write(`\`npm run service\` takes one of ${Object.keys(SERVICES).join(', ')}: \`npm run service -- redis --port 6379\`\n`)
  process.exit(2)
}
try {
  const { folder, port } = values
  const { line, stop } = await SERVICES[name]({ ...(folder && { folder }), ...(port && { port: Number(port) }) })
  process.stdout.write(`${line}\n`)
  const awake = setInterval(() => undefined, 60_000)
  await new Promise((asked) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, asked)
  })
  clearInterval(awake)
  await stop()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
