import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '@rekey/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wireServer, type WireServer } from '../../wire/server.js'
import { ANONYMOUS, SUBMIT } from './wire.js'

const FLOW = `flow: reset
speaks: [forgerock]
steps:
  - userQuery
  - choose:
      - emailValidation
      - kba:
        when: size(principal.kba) >= 1
    id: which
  - reset
allow:
  - code: questions-alone
    reason: a test with invented people
`

let server: WireServer
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-choice-'))
  await writeFile(join(folder, 'reset.yaml'), FLOW)
  server = await wireServer({ config: { flows: folder } })
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

async function submit(body: JsonObject): Promise<{ readonly status: number; readonly body: JsonObject }> {
  const answer = await fetch(`${server.running.url}${SUBMIT}`, {
    method: 'POST',
    headers: { ...ANONYMOUS, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as JsonObject }
}

const search = (userName: string) => submit({ input: { queryFilter: `userName eq "${userName}"` } })
const tokenOf = ({ body }: { readonly body: JsonObject }) => body['token'] ?? null

describe('a choice on the wire of ForgeRock', () => {
  test('is a stage of one text, which is answered with the id of a step', async () => {
    const shown = await search('jdoe')
    expect({ ...shown.body, token: '' }).toEqual({
      type: 'choose',
      tag: 'choice',
      requirements: {
        $schema: 'http://json-schema.org/draft-04/schema#',
        description: 'Choose how to go on',
        type: 'object',
        required: ['option'],
        properties: { option: { description: 'Id of the step to take', type: 'string', enum: ['emailValidation', 'kba'] } },
      },
      token: '',
    })
    const asked = await submit({ token: tokenOf(shown), input: { option: 'kba' } })
    expect([asked.status, asked.body['type']]).toEqual([200, 'kbaSecurityAnswerVerificationStage'])
    const reset = await submit({ token: tokenOf(asked), input: { answer1: 'Blue' } })
    expect(reset.body['type']).toBe('resetStage')
  })

  test.for([
    ['nothing', {}, '/input/option: Expecting a value'],
    ['an empty text', { option: '' }, '/input/option: Expecting a value'],
    ['a number', { option: 1 }, '/input/option: Expecting a java.lang.String'],
    ['a step that is none of it', { option: 'reset' }, '/input/option: Invalid value'],
    ['the choice itself', { option: 'which' }, '/input/option: Invalid value'],
    ['the name of a member of all objects', { option: 'constructor' }, '/input/option: Invalid value'],
  ] as const)('refuses %s, and its token stays good', async ([, input, message]) => {
    const shown = await search('jdoe')
    expect(await submit({ token: tokenOf(shown), input })).toEqual({ status: 400, body: { code: 400, reason: 'Bad Request', message } })
    const after = await submit({ token: tokenOf(shown), input: { option: 'emailValidation' } })
    expect([after.status, after.body['type'], after.body['tag']]).toEqual([200, 'emailValidation', 'validateCode'])
  })

  test('cannot be had again once it is taken', async () => {
    const shown = await search('jdoe')
    await submit({ token: tokenOf(shown), input: { option: 'emailValidation' } })
    const second = await submit({ token: tokenOf(shown), input: { option: 'kba' } })
    expect([second.status, second.body['message']]).toEqual([400, 'Snapshot token is invalid'])
  })

  test('of one option that is left is that step', async () => {
    const open = await search('jdoe2')
    expect([open.body['type'], open.body['tag']]).toEqual(['emailValidation', 'validateCode'])
  })
})
