// Private groups of Redis servers: a master with replicas and Sentinels, and a Cluster. No dependencies.
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { startRedis } from './redis-server.mjs'

const UP_MS = 30_000
const LOOK_MS = 50
const SLOTS = 16_384
/** A master waits five seconds for further replicas otherwise. */
const SYNC_AT_ONCE = ['--repl-diskless-sync-delay', '0']

/**
 * Starts a master, a replica of it and three Sentinels that replace the master when it is away.
 * @param {{ name?: string, downAfterMs?: number, certificates?: import('./redis-groups.d.mts').Certificates }} [options] `name` of the master for the
 *   Sentinels; with `certificates` all of them speak TLS and nothing else, to each other too.
 */
export async function startSentinels({ name = 'rekey', downAfterMs = 500, certificates } = {}) {
  const started = []
  const tls = tlsArgs(certificates, '--tls-replication')
  const ask = askingOver(certificates)
  const stop = async () => void (await Promise.all(started.toReversed().map((server) => server.stop())))
  try {
    const master = await startRedis({ args: SYNC_AT_ONCE, ...tls })
    started.push(master)
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(master.port), ...SYNC_AT_ONCE], ...tls })
    started.push(replica)
    await until('the replica', async () => (await ask(replica.port, 'INFO', 'replication')).includes('master_link_status:up'))
    const sentinels = []
    for (let left = 3; left > 0; left--) {
      const sentinel = await startRedis({
        file: sentinelFile(name, master.port, downAfterMs),
        args: ['--sentinel'],
        ready: /\+monitor master/,
        ...tls,
      })
      started.push(sentinel)
      sentinels.push(sentinel)
    }
    for (const { port } of sentinels)
      await until('the Sentinels', async () => {
        const told = await ask(port, 'INFO', 'sentinel')
        return told.includes('slaves=1,sentinels=3')
      })
    const masterPort = async () => Number((await ask(sentinels.at(-1).port, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)).split(' ')[1])
    return { name, nodes: sentinels.map(({ port }) => `127.0.0.1:${port}`), master, replica, sentinels, masterPort, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * Starts a Cluster: masters that share all slots, and a replica of each.
 * @param {{ masters?: number, nodeTimeoutMs?: number, args?: readonly string[], certificates?: import('./redis-groups.d.mts').Certificates }} [options] a
 *   node that does not answer for `nodeTimeoutMs` is replaced; with `certificates` all of them speak TLS and nothing else, to each other too.
 */
export async function startCluster({ masters = 3, nodeTimeoutMs = 1_000, args = [], certificates } = {}) {
  const started = []
  const tls = tlsArgs(certificates, '--tls-replication', '--tls-cluster')
  const ask = askingOver(certificates)
  const stop = async () => void (await Promise.all(started.map((server) => server.stop())))
  try {
    const settings = [...SYNC_AT_ONCE, '--cluster-node-timeout', String(nodeTimeoutMs), '--cluster-replica-validity-factor', '0']
    await Promise.all(
      Array.from({ length: 2 * masters }, async () => {
        started.push(await startRedis({ cluster: true, args: [...settings, ...args], ...tls }))
      }),
    )
    const nodes = await Promise.all(
      started.map(async (server) => ({ ...server, id: await ask(server.port, 'CLUSTER', 'MYID'), bus: await busOf(ask, server.port) })),
    )
    const [first, ...others] = nodes
    for (const { port, bus } of others) await ask(first.port, 'CLUSTER', 'MEET', '127.0.0.1', String(port), String(bus))
    const holders = nodes.slice(0, masters)
    await Promise.all(
      holders.map(({ port }, at) => {
        const [from, past] = [at, at + 1].map((part) => Math.floor((SLOTS * part) / masters))
        return ask(port, 'CLUSTER', 'ADDSLOTSRANGE', String(from), String(past - 1))
      }),
    )
    for (const { port } of nodes)
      await until('the Cluster', async () => {
        const told = await ask(port, 'CLUSTER', 'INFO')
        return told.includes('cluster_state:ok') && told.includes(`cluster_known_nodes:${nodes.length}`)
      })
    const replicas = nodes.slice(masters)
    await Promise.all(replicas.map(({ port }, at) => ask(port, 'CLUSTER', 'REPLICATE', holders[at].id)))
    for (const { port } of replicas)
      await until('the replicas', async () => (await ask(port, 'INFO', 'replication')).includes('master_link_status:up'))
    for (const { port } of nodes)
      await until('the roles', async () => (await ask(port, 'CLUSTER', 'NODES')).match(/\bslave\b/g)?.length === masters)
    return { nodes: nodes.map(({ port }) => `127.0.0.1:${port}`), masters: holders, replicas, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * Gives one command to a server of the loopback address.
 * @returns {Promise<string>} its reply; a list of texts with blanks between them.
 * @throws Error with the reply of a server that refuses.
 */
export function ask(port, ...words) {
  return replyTo(connect(port, '127.0.0.1'), port, words)
}

/** The same to a server that speaks TLS, whose certificate is verified. */
function askingOver(certificates) {
  if (certificates === undefined) return ask
  const ca = readFileSync(certificates.ca)
  return (port, ...words) => replyTo(connectTls({ port, host: '127.0.0.1', ca }), port, words)
}

/** Arguments that `startRedis` takes. @param alsoFor switches of what else is spoken over TLS. */
function tlsArgs(certificates, ...alsoFor) {
  if (certificates === undefined) return {}
  const { cert, key, ca } = certificates
  const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', ca, '--tls-auth-clients', 'no']
  return { tls: [...files, ...alsoFor.flatMap((name) => [name, 'yes'])] }
}

function replyTo(socket, port, words) {
  return new Promise((resolve, reject) => {
    let reply = ''
    const end = (how) => {
      socket.destroy()
      how()
    }
    socket.setTimeout(UP_MS, () => end(() => reject(new Error(`the server on port ${port} does not answer`))))
    socket.once('error', (error) => end(() => reject(error)))
    socket.once('close', () => reject(new Error(`the server on port ${port} hung up`)))
    socket.on('data', (chunk) => {
      reply += chunk
      const text = whole(reply)
      if (text === undefined) return
      if (reply.startsWith('-')) end(() => reject(new Error(`${words.slice(0, 2).join(' ')}: ${text}`)))
      else end(() => resolve(text))
    })
    socket.write(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`)
  })
}

/** Source: Redis serialization protocol. A list is one of texts without line breaks: no other is asked for. */
function whole(reply) {
  if (!reply.includes('\r\n')) return undefined
  const head = reply.slice(1, reply.indexOf('\r\n'))
  const rest = reply.slice(reply.indexOf('\r\n') + 2)
  if (reply.startsWith('$')) return rest.length >= Number(head) + 2 ? rest.slice(0, Math.max(0, Number(head))) : undefined
  if (!reply.startsWith('*')) return head
  const lines = rest.split('\r\n')
  return lines.length > 2 * Number(head) ? lines.filter((_, at) => at % 2 === 1).join(' ') : undefined
}

function sentinelFile(name, port, downAfterMs) {
  return [
    `sentinel monitor ${name} 127.0.0.1 ${port} 2`,
    `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
    `sentinel failover-timeout ${name} 1000`,
    '',
  ].join('\n')
}

async function busOf(ask, port) {
  return (await ask(port, 'CLUSTER', 'NODES')).match(/@(\d+)/)?.[1] ?? String(port + 10_000)
}

async function until(what, isSo) {
  const end = Date.now() + UP_MS
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`${what} did not come up`)
    await pause(LOOK_MS)
  }
}
