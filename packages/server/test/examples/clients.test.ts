import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { wireServer, type WireServer } from '../wire/server.js'

const CLIENTS = fileURLToPath(new URL('../../../../examples/clients', import.meta.url))
const FORGEROCK = fileURLToPath(new URL('../../../../examples/clients/forgerock.mjs', import.meta.url))
const TESTS = fileURLToPath(new URL('../', import.meta.url))

let server: WireServer
beforeAll(async () => {
  server = await wireServer()
})
afterAll(() => server.close())

async function forgerock(...args: readonly string[]): Promise<readonly string[]> {
  const env = { ...process.env, REKEY_URL: server.client.url }
  const { stdout } = await promisify(execFile)(process.execPath, [FORGEROCK, ...args], { env })
  return stdout.trimEnd().split('\n')
}

const FIRST = 'parameters (initial) asks for returnParams'
const SEARCH = 'userQuery (initial) asks for queryFilter'
const CODE = 'emailValidation (validateCode) asks for code'
const ANSWERS = 'kbaSecurityAnswerVerificationStage (initial) asks for answer1'
const PASSWORD = 'resetStage (initial) asks for password'
const DONE = 'done: {"type":"resetStage","tag":"end","status":{"success":true},"additions":{"returnParams":"from=example"}}'

// Each with a person of its own where mail is sent: the client takes the newest code there is.
test.for([
  ['reset', ['jdoe', 'jdoe@example.com'], [FIRST, SEARCH, CODE, ANSWERS, PASSWORD, DONE]],
  ['resetEmail', ['bjensen', 'bjensen@example.com'], [FIRST, SEARCH, CODE, PASSWORD, DONE]],
  ['resetKba', ['jdoe'], [FIRST, SEARCH, ANSWERS, PASSWORD, DONE]],
] as const)('the client of ForgeRock resets a password by %s', async ([flow, person, lines]) => {
  expect(await forgerock(flow, ...person)).toEqual(lines)
})

test("the process of the vendor's article, questions only, goes under its printed name with the configuration beside it", async () => {
  const article = await wireServer({
    config: { flows: fileURLToPath(new URL('../../../../examples/forgerock-article/flows', import.meta.url)) },
  })
  onTestFinished(() => article.close())
  const env = { ...process.env, REKEY_URL: article.client.url }
  const { stdout } = await promisify(execFile)(process.execPath, [FORGEROCK, 'reset', 'jdoe'], { env })
  expect(stdout.trimEnd().split('\n')).toEqual([FIRST, SEARCH, ANSWERS, PASSWORD, DONE])
})

test('every client that ships is run by a test', () => {
  const tests = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.test.ts'))
  const run = tests.map((path) => readFileSync(`${TESTS}${path}`, 'utf8')).join('\n')
  const clients = readdirSync(CLIENTS).filter((name) => name.endsWith('.mjs'))
  expect(clients.filter((name) => !run.includes(`clients/${name}`))).toEqual([])
})
