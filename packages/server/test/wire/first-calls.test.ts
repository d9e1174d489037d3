import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readFlowFiles } from '../../src/config/flow-files.js'
import { SHIPPED_FLOWS } from '../../src/config/resolve-config.js'
import { ANONYMOUS, type Answer, type Call } from './call.js'
import { wireServer, type WireServer } from './server.js'

let server: WireServer
beforeAll(async () => {
  server = await wireServer()
})
afterAll(() => server.close())

/** What the first call of each flow that we ship for this wire answers with, by the flow's id. */
const FIRST = {
  'forgerock-reset': { described: 'parameters', input: {}, asked: 'userQuery' },
  'forgerock-reset-email': { described: 'parameters', input: {}, asked: 'userQuery' },
  'forgerock-reset-kba': { described: 'parameters', input: {}, asked: 'userQuery' },
  'forgerock-reset-one-stage': {
    described: 'userQuery',
    input: { queryFilter: 'mail eq "jdoe@example.com"' },
    asked: 'emailValidation',
  },
} as const

const typeOf = ({ status, text }: Answer) => [status, (JSON.parse(text) as { type?: string }).type]

describe('the report at start', () => {
  test('names every flow that ships, and each is served', async () => {
    const files = await readFlowFiles(SHIPPED_FLOWS, SHIPPED_FLOWS)
    const shipped = files.map(({ text }) => /^flow: (\S+)$/m.exec(text)?.[1])
    const { flows, notServed } = server.running.report
    expect([flows.map(({ id }) => id), notServed]).toEqual([shipped, []])
  })

  test('has a first call below for each flow of this wire', () => {
    const spoken = server.running.report.flows.filter(({ addresses }) => addresses.some(({ dialect }) => dialect === 'forgerock'))
    expect(spoken.map(({ id }) => id).toSorted()).toEqual(Object.keys(FIRST).toSorted())
  })

  test.for(Object.entries(FIRST))('prints addresses that answer: %s', async ([id, { described, input, asked }]) => {
    const lines = server.running.report.flows.find((flow) => flow.id === id)?.addresses.flatMap((address) => address.lines) ?? []
    const answers = await Promise.all(
      lines.map((line) => {
        const [method = '', target = ''] = line.split(' ')
        return method === 'GET'
          ? server.client.get(target)
          : server.client.send({
              method,
              target,
              headers: { ...ANONYMOUS, 'Content-Type': 'application/json' },
              body: JSON.stringify({ input }),
            })
      }),
    )
    expect(answers.map(typeOf)).toEqual([
      [200, described],
      [200, asked],
    ])
  })

  test('prints a command that works as it stands', async () => {
    const command = server.running.report.next.find(({ purpose }) => purpose === 'begin a reset')?.command ?? ''
    expect(typeOf(await server.client.send(callOf(command)))).toEqual([200, 'emailValidation'])
    const mailbox = server.running.report.next.find(({ purpose }) => purpose === 'read the mails')?.command ?? ''
    await server.nextMail('jdoe@example.com', 0)
    const mails = JSON.parse((await server.client.get(pathOf(mailbox))).text) as readonly { to: string }[]
    expect(mails.map(({ to }) => to)).toContain('jdoe@example.com')
  })
})

/** A curl command as a call: its address, headers and data. */
function callOf(command: string): Call {
  const url = /'(http[^']*)'/.exec(command)?.[1] ?? ''
  const headers = [...command.matchAll(/-H '([^:']+): ([^']*)'/g)].map(([, name = '', value = '']) => [name, value] as const)
  return {
    method: /-X (\w+)/.exec(command)?.[1] ?? 'GET',
    target: pathOf(url),
    headers: Object.fromEntries(headers),
    body: /-d '([^']*)'/.exec(command)?.[1] ?? '',
  }
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url)
  return `${pathname}${search}`
}
