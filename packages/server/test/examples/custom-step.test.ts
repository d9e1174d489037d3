import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { capturedIo } from '../cli/captured-io.js'
import { runTool } from '../cli/run-tool.js'
import { startCommand, type Server } from '../processes/server.js'
import { submit, type Heard } from './selfservice.js'

const EXAMPLE = fileURLToPath(new URL('../../../../examples/custom-step', import.meta.url))

let folder = ''
let server: Server
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-custom-step-'))
  // The example as it stands, but for its data, which would stay behind in the folder of the example.
  const written = await readFile(join(EXAMPLE, 'rekey.yaml'), 'utf8')
  const moved = written.replace('./flows', join(EXAMPLE, 'flows')).replace('./dist', join(EXAMPLE, 'dist'))
  await writeFile(join(folder, 'rekey.yaml'), `${moved}port: 0\nlog: { level: silent }\n`)
  await writeFile(join(folder, 'branch-codes.json'), await readFile(join(EXAMPLE, 'branch-codes.json')))
  server = await startCommand(join(folder, 'rekey.yaml'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

const say = (input: Parameters<typeof submit>[2], token?: string): Promise<Heard> => submit(server.url, 'branch-reset', input, token)
const named = (userName: string): Promise<Heard> => say({ queryFilter: `userName eq "${userName}"` })

describe('a step of an outside package', () => {
  test('keeps the contract of steps, in its own tests', async () => {
    const { code, said } = await runTool('vitest', ['run'], EXAMPLE)
    expect([code, /Tests {2}(\d+ passed)/.exec(said)?.[1]]).toEqual([0, '26 passed'])
  })

  test('is known to `rekey check`, which opens none of its services', async () => {
    const io = capturedIo(EXAMPLE, { ACME_BRANCH_CODES: '/nowhere/at/all.json' })
    expect(await run(['check'], io)).toBe(0)
    expect(io.written.out).toContain('branch-reset (flows/branch-reset.yaml)\n')
    expect(io.written.out).toContain('\n1 flow, no errors, no warnings\n')
  })

  test('is judged by the compiler like any other: a code that can be guessed is an error', async () => {
    await writeFile(
      join(folder, 'guessable.yaml'),
      'flow: guessable\nspeaks: [forgerock]\nlimits:\n  failures: { principal: 200000/h }\nsteps:\n  - userQuery\n  - acme/branchCode: { length: 6 }\n  - reset\n',
    )
    const io = capturedIo(folder)
    expect(await run(['check', 'guessable.yaml'], io)).toBe(1)
    expect(`${io.written.out}${io.written.err}`).toContain('error[guessable-code]')
  })

  test('asks the service that its package provides, and lets the person on to a new password', async () => {
    const asked = await named('jdoe')
    expect([asked.status, asked.type, asked.tag]).toEqual([200, 'acme/branchCode', 'validateCode'])
    const wrong = await say({ code: 'H4PX-92KN' }, asked.token)
    expect(wrong.status).toBe(400)
    const proven = await say({ code: 'h4px-92km' }, asked.token)
    expect([proven.status, proven.type]).toEqual([200, 'resetStage'])
    const finished = await say({ password: 'N3w-passw0rd' }, proven.token)
    expect([finished.status, finished.tag, finished.body['status']]).toEqual([200, 'end', { success: true }])
  })

  test('tells nobody who exists: strangers, and people without a code, are asked and refused alike', async () => {
    const told = async (userName: string) => {
      const asked = await named(userName)
      const refused = await say({ code: 'H4PX-92KM' }, asked.token)
      return [asked.status, { ...asked.body, token: '' }, refused.status, { ...refused.body, token: '' }]
    }
    const person = await told('bjensen')
    expect([person[0], person[2]]).toEqual([200, 400])
    expect(await told('nobody')).toEqual(person)
  })
})
