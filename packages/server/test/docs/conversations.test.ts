import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer, type Running } from '../../src/compose.js'
import { loadConfig } from '../../src/config/load-config.js'
import { dialects } from '../../src/dialects/index.js'

const readme = await readFile(new URL('../../../../README.md', import.meta.url), 'utf8')
const [preamble = '', ...conversations] = [
  ...(/## One conversation per dialect(.*?)^## /ms.exec(readme)?.[1] ?? '').matchAll(/^```sh\n(.*?)^```$/gms),
].map(([, block]) => block ?? '')

let folder = ''
let running: Running | undefined
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-readme-'))
  const loaded = await loadConfig({ env: { PORT: '0' }, cwd: folder, dialects })
  if (loaded.is !== 'config') throw new Error('the embedded defaults have faults')
  running = await startServer({ ...loaded.config, log: { level: 'silent' } })
})
afterAll(async () => {
  await running?.close()
  await rm(folder, { recursive: true, force: true })
})

describe('the conversations that the README prints', () => {
  test('are one for each dialect', () => {
    expect(conversations).toHaveLength(dialects.length)
  })

  test.for(conversations.map((block) => [block.split('(')[0]?.split(' ')[0] ?? '', block] as const))(
    '%s: end as printed',
    async ([, block]) => {
      const script = `set -e\n${preamble.replace('http://127.0.0.1:8080', running?.url ?? '')}${block}`
      const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: folder, timeout: 25_000 })
      expect(stdout.trim().split('\n').at(-1)).toBe(/^# => (.*)$/m.exec(block)?.[1])
    },
  )
})
