import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printText, Secret, type Directory } from '@rekey/core'
import { onTestFinished } from 'vitest'
import { startServer } from '../../../src/compose.js'
import { loadConfig } from '../../../src/config/load-config.js'
import { dialects } from '../../../src/dialects/index.js'

const SHIPPED = fileURLToPath(new URL('../../../../../flows/bright-pattern', import.meta.url))

/** The demo's token, which stands where nothing else is set. */
export const TOKEN = 'secret_token'

export interface Asked {
  readonly method?: string
  readonly path?: string
  readonly token?: string
  readonly body?: unknown
}

/** A server that listens until the test is over, with the people and the flow of this wire that ship, or another flow in its place. */
export async function live(flow?: string, passwords: object = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-bright-pattern-'))
  await cp(SHIPPED, join(folder, 'flows'), { recursive: true })
  if (flow !== undefined) await writeFile(join(folder, 'flows', 'generate.yaml'), flow)
  await writeFile(
    join(folder, 'rekey.yaml'),
    JSON.stringify({
      port: 0,
      directory: { file: 'people.db' },
      keys: { file: 'keys.json' },
      passwords: { ...passwords, hashing: { memoryKiB: 8, passes: 1, lanes: 1 } },
      log: { level: 'silent' },
      flows: 'flows',
      dialects: { 'bright-pattern': { minimumMs: 0 } },
    }),
  )
  const loaded = await loadConfig({ path: 'rekey.yaml', env: {}, cwd: folder, dialects })
  if (loaded.is === 'faults') throw new Error(printText(loaded.faults))
  const events: string[] = []
  let directory: Directory | undefined
  const running = await startServer(loaded.config, {
    adapt(ports) {
      directory = ports.directory
      return { ...ports, audit: { record: ({ event, reason }) => void events.push(reason === undefined ? event : `${event} ${reason}`) } }
    },
  })
  onTestFinished(async () => {
    await running.close()
    await rm(folder, { recursive: true, force: true })
  })
  const send = async ({ method = 'POST', path = '/api/users', token = TOKEN, body }: Asked) => {
    const response = await fetch(`${running.url}${path}`, {
      method,
      headers: { ...(token !== '' && { Authorization: `Bearer ${token}` }), 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const headers = [...response.headers].filter(([name]) => name !== 'date')
    return { status: response.status, headers, text: await response.text() }
  }
  const passwordIs = async (userName: string, text: string) => {
    const [person] = (await directory?.find({ is: 'equals', field: 'userName', value: userName })) ?? []
    return person !== undefined && (await directory?.verifyPassword(person.id, new Secret(text))) === true
  }
  return { url: running.url, send, events, passwordIs }
}
