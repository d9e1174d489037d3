import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printText } from '@rekey/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gatherRegistry } from '../../src/config/gather-registry.js'
import { loadConfig } from '../../src/config/load-config.js'
import { dialects } from '../../src/dialects/index.js'

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-attributes-'))
})
afterAll(() => rm(cwd, { recursive: true }))

test('declared attributes reach the registry, where conditions find them', async () => {
  const text = `attributes:
  department: { type: string, enum: [sales, support], description: Where they work }
  vip: { type: boolean }
  grade: { type: integer }
  rooms: { type: array }
  roles: { type: array, items: { enum: [admin, reader] } }
`
  await writeFile(join(cwd, 'rekey.yaml'), text)
  const loaded = await loadConfig({ env: {}, cwd, dialects })
  if (loaded.is === 'faults') throw new Error(printText(loaded.faults))
  const gathered = gatherRegistry(loaded.config, [])
  expect(gathered.is === 'registry' && gathered.registry.attributes).toEqual({
    department: { type: 'string', enum: ['sales', 'support'], description: 'Where they work' },
    vip: { type: 'boolean' },
    grade: { type: 'integer' },
    rooms: { type: 'array', items: { type: 'string' } },
    roles: { type: 'array', items: { type: 'string', enum: ['admin', 'reader'] } },
  })
})
