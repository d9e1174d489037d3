import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { run } from '../../src/cli/run.js'
import { capturedIo } from '../cli/captured-io.js'

const FLOW = `flow: lost-password
title: Get back in
speaks:
  forgerock: { as: lost }
  cidaas: forgot
steps: [userQuery, emailValidation, reset]
`

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-openapi-'))
  await mkdir(join(cwd, 'flows'))
  await mkdir(join(cwd, 'broken'))
  const dialects = { forgerock: { basePaths: ['/idm'] } }
  await writeFile(join(cwd, 'rekey.yaml'), JSON.stringify({ flows: 'flows', publicUrl: 'https://id.example', dialects }))
  await writeFile(join(cwd, 'flows', 'lost.yaml'), FLOW)
  await writeFile(join(cwd, 'broken', 'bad.yaml'), 'flow: bad\nsteps:\n  - userQuery\n  - reset\n')
  await writeFile(join(cwd, 'broken.yaml'), 'flows: broken\n')
})
afterAll(() => rm(cwd, { recursive: true }))

async function rekey(...argv: readonly string[]) {
  const io = capturedIo(cwd)
  const code = await run(['openapi', ...argv], io)
  return { code, ...io.written }
}

test('prints the document of one dialect as it is configured, in either format', async () => {
  const inYaml = await rekey('--dialect', 'forgerock')
  const document: unknown = parse(inYaml.out)
  expect(document).toMatchObject({
    openapi: '3.1.1',
    info: { title: 'Rekey over forgerock' },
    servers: [{ url: 'https://id.example' }],
    tags: [{ name: 'lost-password', description: 'Get back in' }],
    paths: { '/idm/selfservice/lost': { post: { tags: ['lost-password'] } } },
  })
  const inJson = await rekey('--dialect', 'forgerock', '--format', 'json')
  expect([inYaml.code, inJson.code, JSON.parse(inJson.out)]).toEqual([0, 0, document])
})

test('prints every dialect that serves a flow, and no other', async () => {
  const titles = ['Rekey over forgerock', 'Rekey over cidaas']
  const inYaml = await rekey()
  const documents = parseAllDocuments(inYaml.out).map((document): unknown => document.toJS())
  expect(documents).toEqual(titles.map((title) => expect.objectContaining({ info: expect.objectContaining({ title }) })))
  const { out } = await rekey('--format', 'json')
  const byName: unknown = JSON.parse(out)
  expect(byName).toEqual({ forgerock: documents[0], cidaas: documents[1] })
})

test.for<readonly [what: string, argv: readonly string[], code: number, err: string]>([
  ['a dialect that is misspelt', ['--dialect', 'forgerok'], 2, 'rekey: there is no dialect `forgerok`; did you mean `forgerock`?\n'],
  ['no dialect at all', ['--dialect', 'x'], 2, 'there are `forgerock`, `centrify`'],
  ['a flow with an error', ['--config', 'broken.yaml'], 1, 'error['],
  ['another format', ['--format', 'xml'], 2, 'Allowed choices are yaml, json'],
])('says what is wrong with %s', async ([, argv, code, err]) => {
  const said = await rekey(...argv)
  expect([said.code, said.out]).toEqual([code, ''])
  expect(said.err).toContain(err)
})
