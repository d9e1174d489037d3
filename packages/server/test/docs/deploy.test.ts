import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { isJsonObject } from '@rekey/core'
import { expect, onTestFinished, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { loadConfig } from '../../src/config/load-config.js'
import type { Config } from '../../src/config/config.js'
import { dialects } from '../../src/dialects/index.js'
import { startCommand } from '../processes/server.js'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
/** Longest that a server goes on after it was asked to end, beside its notice. */
const FINISH_SECONDS = 20

const deployed = (name: string) => readFile(join(ROOT, 'deploy', name), 'utf8')
const referencesIn = (text: string) => new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name))

/** What stands at a place of a document; `name=x` finds the item of a list that is called so. */
function at(document: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((here, key) => {
    if (Array.isArray(here)) return here.find((item: unknown) => isJsonObject(item) && item['name'] === key.replace(/^name=/, ''))
    return isJsonObject(here) ? here[key] : undefined
  }, document)
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'rekey-deploy-'))
  onTestFinished(() => rm(made, { recursive: true, force: true }))
  return made
}

/** The configuration as it lies in a container: with the flows beside it. */
async function configOf(name: string, env: Record<string, string>): Promise<Config> {
  const home = await folder()
  await cp(join(ROOT, 'deploy', name), join(home, 'rekey.yaml'))
  await cp(join(ROOT, 'flows'), join(home, 'flows'), { recursive: true })
  const loaded = await loadConfig({ env, cwd: home, dialects })
  if (loaded.is === 'faults') throw new Error(JSON.stringify(loaded.faults.map(({ message }) => message)))
  return loaded.config
}

const key = () => randomBytes(32).toString('base64')
const secrets = { REKEY_KEY_1: key(), REKEY_STABLE_KEY: key() }

test('the configurations of the containers are good, and get all that they refer to', async () => {
  const compose: unknown = parse(await deployed('compose.yaml'), { merge: true })
  const environment = at(compose, 'services', 'server', 'environment')
  expect(isJsonObject(environment) && Object.keys(environment).toSorted()).toEqual(
    [...referencesIn(await deployed('compose.rekey.yaml')), 'REDIS_URL'].toSorted(),
  )
  const given = { ...secrets, REDIS_URL: 'redis://redis:6379', DATABASE_URL: 'postgres://rekey:x@postgres:5432/rekey' }
  expect(await configOf('compose.rekey.yaml', given)).toMatchObject({ dev: false, host: '0.0.0.0', store: { is: 'redis' } })

  const text = await deployed('kubernetes.yaml')
  const deployment: unknown = parseAllDocuments(text)
    .map((document) => document.toJS() as unknown)
    .find((document) => at(document, 'kind') === 'Deployment')
  const named = at(deployment, 'spec', 'template', 'spec', 'containers', 'name=server', 'env')
  const names: readonly string[] = [
    ...(Array.isArray(named) ? named.map((item: unknown) => String(at(item, 'name'))) : []),
    ...[...text.matchAll(/--from-literal=(\w+)=/g)].map(([, name = '']) => name),
  ]
  expect(names.toSorted()).toEqual([...referencesIn(await deployed('rekey.yaml')), 'REDIS_URL'].toSorted())
  const outside = {
    REKEY_PUBLIC_URL: 'https://id.example.com',
    REKEY_SENDER: 'Example <no-reply@example.com>',
    SMTP_HOST: 'smtp.example.com',
    REDIS_URL: 'rediss://redis.example.com',
  }
  const config = await configOf('rekey.yaml', { ...given, ...outside })
  expect(config).toMatchObject({
    dev: false,
    store: { is: 'redis' },
    directory: { postgres: {} },
    mail: { providers: [{ host: 'smtp.example.com' }] },
  })

  // Each of them waits long enough before it kills.
  const longest = config.stop.noticeMs / 1_000 + FINISH_SECONDS
  const graces = [
    at(deployment, 'spec', 'template', 'spec', 'terminationGracePeriodSeconds'),
    Number.parseInt(String(at(compose, 'services', 'server', 'stop_grace_period')), 10),
    Number(/^TimeoutStopSec=(\d+)$/m.exec(await deployed('rekey.service'))?.[1]),
  ]
  expect(graces.map((grace) => Number(grace) > longest)).toEqual([true, true, true])
})

test('what is packed serves, and holds nothing that only we need', { timeout: 120_000 }, async () => {
  const home = await folder()
  const target = join(home, 'rekey')
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/package.mjs'), target])
  const packages = await readdir(join(target, 'packages/server/node_modules/.pnpm'))
  expect(packages.filter((name) => /^(vitest|typescript|vite|oxlint|fast-check|smtp-server)@/.test(name))).toEqual([])
  expect(packages.length).toBeGreaterThan(50)

  const containerfile = await deployed('Containerfile')
  expect(containerfile).toContain('RUN npm run package -- /opt/rekey\n')
  expect(containerfile).toContain('ENTRYPOINT ["node", "/opt/rekey/packages/server/dist/main.js"]')
  const config = join(home, 'rekey.yaml')
  await writeFile(config, 'port: 0\n')
  const server = await startCommand(config, join(target, 'packages/server/dist/main.js'))
  onTestFinished(() => server.kill())
  expect((await fetch(new URL('/health', server.url))).status).toBe(200)
})
