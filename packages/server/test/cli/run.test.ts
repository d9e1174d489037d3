import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtInSteps } from '@rekey/steps'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { capturedIo } from './captured-io.js'

const FLOW = `flow: reset
title: Reset a password
steps:
  - userQuery
  - emailValidation
  - reset
`

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-cli-'))
  await mkdir(join(cwd, 'flows', 'inner'), { recursive: true })
  await mkdir(join(cwd, 'broken'))
  await mkdir(join(cwd, 'empty'))
  await writeFile(join(cwd, 'rekey.yaml'), 'flows: ./flows\n')
  await writeFile(join(cwd, 'bad.yaml'), 'prot: 1\n')
  await writeFile(join(cwd, 'flows', 'reset.yaml'), FLOW)
  await writeFile(join(cwd, 'flows', 'inner', 'alone.yml'), 'flow: alone\nsteps: [userQuery, kba, reset]\n')
  await writeFile(join(cwd, 'flows', 'reset.test.yaml'), 'no flow: at all\n')
  await writeFile(join(cwd, 'broken', 'unproven.yaml'), 'flow: unproven\nsteps:\n  - userQuery\n  - reset\n')
})
afterAll(() => rm(cwd, { recursive: true }))

async function rekey(...argv: readonly string[]) {
  const io = capturedIo(cwd)
  const code = await run(argv, io)
  return { code, ...io.written }
}

describe('check', () => {
  test('of the configured folder tells routes, what is not served, what is weak, and a sum', async () => {
    const { code, out, err } = await rekey('check')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.slice(out.indexOf('alone ('))).toBe(`alone (flows/inner/alone.yml)
  forgerock: GET /openidm/selfservice/alone
  forgerock: POST /openidm/selfservice/alone?_action=submitRequirements
  airlock: POST /auth/rest/public/self-service/flows/alone/select
  not served: \`reset\` changes the password for whoever can answer the questions of \`kba\`: accept \`questions-alone\` in the file, or mend it
reset (flows/reset.yaml)
  forgerock: GET /openidm/selfservice/reset
  forgerock: POST /openidm/selfservice/reset?_action=submitRequirements
  airlock: POST /auth/rest/public/self-service/flows/reset/select

notes on this configuration:
  - dev is on: anybody on this machine can read the mailbox
  - the directory holds the demo people, whose passwords and answers are public
  - passwords follow the demo profile: 8 characters, and no list of common ones
  - keys come from a generated file: other machines do not share them, and without the file open conversations are lost
  - conversations are kept in memory: a restart ends them
  - tokens of the demo issuer and the demo secrets of callers are accepted: \`rekey token\` signs in as anybody

2 flows, no errors, 1 warning
`)
    expect(out).toMatch(/^flows\/inner\/alone\.yml:\d+:\d+ warning\[questions-alone\]: /)
  })

  test('SEC-34 of a server on a network tells which flows it would leave out for want of an address', async () => {
    const io = capturedIo(cwd, { HOST: '0.0.0.0' })
    expect(await run(['check', 'flows/reset.yaml'], io)).toBe(0)
    expect(io.written.out).toContain('\n  not served: its messages may hold a link: configure `publicUrl`\n')
  })

  test('of a file with an error fails and shows its place', async () => {
    const { code, out } = await rekey('check', 'broken/unproven.yaml')
    expect(code).toBe(1)
    expect(out).toMatch(/^broken\/unproven\.yaml:4:5 error\[unproven-change\]: .*`userQuery`.*`reset`/)
    expect(out).toMatch(/\nno flows, 1 error, no warnings\n$/)
  })

  test('of a folder and a file reads both', async () => {
    const { code, out } = await rekey('check', 'flows/inner', 'flows/reset.yaml')
    expect(code).toBe(0)
    expect(out.split('\n').at(-2)).toBe('2 flows, no errors, 1 warning')
  })

  test('prints JSON and nothing else', async () => {
    const { code, out, err } = await rekey('check', '--format', 'json', 'broken')
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(JSON.parse(out)).toMatchObject([
      { code: 'unproven-change', severity: 'error', file: 'broken/unproven.yaml', start: { line: 4, column: 5 } },
    ])
    expect(JSON.parse((await rekey('check', '--format', 'json', 'flows/reset.yaml')).out)).toEqual([])
  })

  test('reports a faulty configuration in the same form', async () => {
    const text = await rekey('check', '--config', 'bad.yaml')
    expect(text).toEqual({
      code: 1,
      err: '',
      out: `bad.yaml:1:1 error[config-unknown-key]: there is no key \`prot\`
  |
1 | prot: 1
  | ^^^^ not a key
  = help: did you mean \`port\`?
  = docs: docs/configuration.md
`,
    })
    const json = await rekey('check', '--config', 'bad.yaml', '--format', 'json')
    expect(JSON.parse(json.out)).toMatchObject([{ code: 'config-unknown-key', docs: 'docs/configuration.md' }])
  })

  test('writes nothing and keeps no file', async () => {
    await rekey('check')
    await expect(readFile(join(cwd, '.rekey', 'keys.json'))).rejects.toThrow('ENOENT')
  })

  test('of an empty folder finds nothing wrong', async () => {
    expect(await rekey('check', 'empty')).toEqual({ code: 0, err: '', out: '\nno flows, no errors, no warnings\n' })
  })
})

describe('usage errors teach', () => {
  const SEE = 'see `rekey --help`, or `rekey <command> --help`\n'

  test.for([
    [['chekc'], "rekey: unknown command 'chekc'\n(Did you mean check?)\n"],
    [['check', '--fromat', 'json'], "rekey: unknown option '--fromat'\n(Did you mean --format?)\n"],
    [
      ['check', '--format', 'xml'],
      "rekey: option '--format <format>' argument 'xml' is invalid. Allowed choices are text, json, github.\n",
    ],
    [['graph'], "rekey: missing required argument 'flow'\n"],
    [['lockouts', 'show'], "rekey: missing required argument 'name'\n"],
    [['conversations', 'show'], "rekey: missing required argument 'id'\n"],
    [['schema', 'flows'], "rekey: command-argument value 'flows' is invalid for argument 'of'. Allowed choices are flow, config.\n"],
  ] as const)('%j', async ([argv, message]) => {
    expect(await rekey(...argv)).toEqual({ code: 2, out: '', err: `${message}${SEE}` })
  })

  test('a file that is not there', async () => {
    expect(await rekey('check', 'flows/gone.yaml')).toEqual({ code: 2, out: '', err: 'rekey: `flows/gone.yaml` cannot be read\n' })
  })

  test('no command at all', async () => {
    const { code, out, err } = await rekey()
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^Usage: rekey \[options\] \[command\]\n/)
  })

  test('help is no error', async () => {
    const { code, out, err } = await rekey('--help')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.match(/^ {2}(serve|check|schema|graph|steps) /gm)).toEqual(['  serve ', '  check ', '  schema ', '  graph ', '  steps '])
  })

  test('a port that is none is a fault of the command line', async () => {
    expect(await rekey('serve', '--port', 'http')).toEqual({
      code: 1,
      out: '',
      err: `command line:1:8 error[config-value]: \`port\` takes a whole number from 0 to 65535
  |
1 | --port http
  |        ^^^^ this text
  = docs: docs/configuration.md
`,
    })
  })
})

describe('graph', () => {
  test('draws a flow by its id, and by its file', async () => {
    const byId = await rekey('graph', 'reset')
    expect(byId.code).toBe(0)
    expect(byId.out).toMatch(/^flowchart TD\n/)
    expect(await rekey('graph', 'flows/reset.yaml')).toEqual(byId)
  })

  test.for([
    ['a misspelt id', 'rest', 'rekey: there is no flow `rest`; did you mean `reset`?\n'],
    ['an unknown id', 'nothing-alike', 'rekey: there is no flow `nothing-alike`; there are `alone`, `reset`\n'],
  ] as const)('%s is refused', async ([, id, err]) => {
    expect(await rekey('graph', id)).toEqual({ code: 1, out: '', err })
  })

  test('a file with an error is refused with the error', async () => {
    const { code, err } = await rekey('graph', 'broken/unproven.yaml')
    expect({ code, first: err.split(':').slice(0, 3).join(':') }).toEqual({
      code: 1,
      first: 'broken/unproven.yaml:4:5 error[unproven-change]',
    })
  })
})

describe('schema and steps', () => {
  test('the schema of flow files names every step', async () => {
    const { code, out } = await rekey('schema')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' })
    for (const step of ['parameters', 'userQuery', 'emailValidation', 'kba', 'reset']) expect(out).toContain(`"${step}"`)
  })

  test('the schema of the configuration names its keys and the settings of dialects', async () => {
    const { out } = await rekey('schema', 'config')
    expect(JSON.parse(out)).toMatchObject({
      title: 'rekey.yaml',
      additionalProperties: false,
      properties: { port: { default: 8080 }, dialects: { properties: { forgerock: { properties: { csrf: { default: true } } } } } },
    })
  })

  test('the reference of steps has a section for each', async () => {
    const { out } = await rekey('steps')
    expect(out.match(/^## .*$/gm)).toEqual(builtInSteps.steps.map(({ type }) => `## \`${type}\``))
  })
})
