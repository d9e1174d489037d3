import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import * as either from '../../../../examples/typed-client/src/reset-by-either.js'
import * as mailed from '../../../../examples/typed-client/src/reset.js'
import { walk } from '../../../../examples/typed-client/src/walk.js'
import { wireServer, type WireServer } from '../wire/server.js'
import { sourceFolder } from './compiled.js'
import { flowOf, moduleOf } from './modules.js'

const FLOWS = fileURLToPath(new URL('../../../../examples/typed-client/flows', import.meta.url))

/** The flow `reset` as it is served after a change: a question more, which the module does not know. */
const NEWER = 'flow: reset\nspeaks: [forgerock]\nsteps:\n  - userQuery\n  - emailValidation\n  - kba\n  - reset\n'
const SHORTER = 'flow: reset\nspeaks: [forgerock]\nsteps:\n  - userQuery\n  - emailValidation\n'

/** With a condition, and a failure that leads back. */
const BRANCHED = `flow: reset
speaks: [forgerock]
steps:
  - userQuery
  - choose:
      - emailValidation
      - kba:
        when: size(principal.kba) >= 1
        attempts: 1
        onFail: choose
  - reset
allow:
  - code: questions-alone
    reason: a test with invented people
`
const PLAY = `import { equals, forgerock, start, type Fetch, type State } from './reset.ts'
export async function play(url: string, fetch: Fetch, who: string): Promise<readonly string[]> {
  const told: string[] = []
  let state: State = await start(forgerock({ url, fetch }))
  for (let turn = 0; turn < 4; turn += 1) {
    told.push(state.state)
    if (state.state === 'userQuery') state = await state.answer({ filter: equals('userName', who) })
    else if (state.state === 'kba') state = await state.answer({ answers: { [state.questions[0]?.key ?? '']: 'Red' } })
    else if (state.state === 'choose') state = await state.choose('kba')
    else return told
  }
  return [...told, state.state]
}
`

let server: WireServer
let branched: WireServer
let newer: WireServer
let shorter: WireServer
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-typed-'))
  const changed = async (name: string, text: string) => {
    await mkdir(join(folder, name))
    await writeFile(join(folder, name, 'reset.yaml'), text)
    return wireServer({ config: { flows: join(folder, name) } })
  }
  server = await wireServer({ config: { flows: FLOWS } })
  branched = await changed('branched', BRANCHED)
  newer = await changed('newer', NEWER)
  shorter = await changed('shorter', SHORTER)
})
afterAll(async () => {
  await Promise.all([server.close(), branched.close(), newer.close(), shorter.close()])
  await rm(folder, { recursive: true })
})

const at = ({ running }: WireServer) => ({ url: `${running.url}/openidm`, fetch })

/** The state, which must be the one that is named. */
function be<S extends { readonly state: string }, Name extends S['state']>(state: S, name: Name): Extract<S, { readonly state: Name }> {
  expect(state.state).toBe(name)
  // Just compared.
  return state as Extract<S, { readonly state: Name }>
}

/** The mail that was sent for this state: its link carries the token of the state, and its code. */
async function codeFor({ token = '' }: { readonly token?: string }, of: WireServer, to: string): Promise<string> {
  return vi.waitFor(
    async () => {
      const texts = (await of.mails(to)).map(({ text }) => text)
      const code = /&code=(\d+)/.exec(texts.find((text) => text.includes(`&token=${token}&`)) ?? '')?.[1]
      if (code === undefined) throw new Error(`no mail to ${to} carries the token`)
      return code
    },
    { timeout: 5_000, interval: 10 },
  )
}

async function untilCode(of: WireServer, to = 'jdoe@example.com') {
  const first = be(await mailed.start(mailed.forgerock(at(of))), 'userQuery')
  const open = be(await first.answer({ filter: mailed.equals('mail', to) }), 'emailValidation')
  return { open, code: await codeFor(open, of, to) }
}

describe('a conversation by mail', () => {
  test('is walked to its end', async () => {
    const asked: string[] = []
    const told = await walk(await mailed.start(mailed.forgerock(at(server))), async (question) => {
      asked.push(question)
      if (asked.length === 1) return 'john.doe@example.com'
      if (asked.length === 3) return 'Typed-passw0rd-1'
      const { text } = await server.nextMail('john.doe@example.com', 0)
      return /&code=(\d+)/.exec(text)?.[1] ?? ''
    })
    expect({ asked, told }).toEqual({
      asked: ['Your mail address', 'The code that was mailed to you', 'Your new password'],
      told: 'The password is changed.',
    })
  })

  test('begins with nothing: before the first answer there is no token', async () => {
    const first = be(await mailed.start(mailed.forgerock(at(server))), 'userQuery')
    expect({ ...first, raw: '', answer: '', cancel: '' }).toEqual({
      state: 'userQuery',
      kind: 'identifier',
      tag: 'initial',
      raw: '',
      answer: '',
      cancel: '',
    })
  })

  test('keeps its state after a wrong code, with the problem, and takes the right one then', async () => {
    const { open, code } = await untilCode(server)
    const again = be(await open.answer({ code: '00000000' }), 'emailValidation')
    expect([again.problem, again.token]).toEqual([{ code: 'refused', message: 'Invalid code' }, open.token])
    const next = be(await again.answer({ code }), 'reset')
    expect(next.problem).toBeUndefined()
  })

  test('keeps its state after a weak password, says which rules it breaks, and goes on from there', async () => {
    const { open, code } = await untilCode(server)
    const reset = be(await open.answer({ code }), 'reset')
    const again = be(await reset.answer({ password: 'x' }), 'reset')
    expect(again.problem).toMatchObject({ code: 'refused', message: 'Policy validation failed', detail: { result: false } })
    be(await again.answer({ password: 'Typed-passw0rd-2' }), 'completed')
  })

  test('is over for whoever comes with a token that was used', async () => {
    const { open, code } = await untilCode(server)
    be(await open.answer({ code }), 'reset')
    const spent = be(await open.answer({ code: '00000000' }), 'failed')
    expect(spent.problem).toEqual({ code: 'over', message: 'Snapshot token is invalid' })
  })

  test('answers the same request again as before', async () => {
    const { open, code } = await untilCode(server)
    const [one, other] = [be(await open.answer({ code }), 'reset'), be(await open.answer({ code }), 'reset')]
    expect(one.token).toBe(other.token)
  })

  test('is over after the last attempt, which reads like the others', async () => {
    let { open } = await untilCode(server)
    const told: string[] = []
    for (let tries = 0; tries < 20 && !told.includes('over'); tries += 1) {
      // The same answer again would be the same request again.
      const next = await open.answer({ code: String(10_000_000 + tries) })
      told.push(next.state === 'failed' ? next.problem.code : next.state)
      if (next.state !== 'failed') open = be(next, 'emailValidation')
    }
    expect(told).toEqual([...Array(5).fill('emailValidation'), 'over'])
  })

  test('goes on from the link of its mail, in another browser', async () => {
    // The link of the mail carries the token of the state: that is how its code was found.
    const { code, open } = await untilCode(server)
    const linked = mailed.resume(mailed.forgerock(at(server)), 'emailValidation', open.token ?? '')
    const { kind, token } = be(await linked.answer({ code }), 'reset')
    expect([kind, token === open.token]).toEqual(['newPassword', false])
  })

  test('looks the same for somebody who does not exist', async () => {
    const first = be(await mailed.start(mailed.forgerock(at(server))), 'userQuery')
    const open = be(await first.answer({ filter: mailed.equals('userName', 'no"body\\') }), 'emailValidation')
    expect(be(await open.answer({ code: '12345678' }), 'emailValidation').problem).toEqual({ code: 'refused', message: 'Invalid code' })
  })

  test('is given up without a word to the server', async () => {
    const { open } = await untilCode(server)
    expect(open.cancel()).toEqual({ state: 'cancelled' })
  })
})

describe('a conversation with a choice', () => {
  test('offers what may be chosen, takes one, and gives back at the end what it was given', async () => {
    const first = be(await either.start(either.forgerock(at(server))), 'parameters')
    const who = be(await first.answer({ returnParams: 'page=3' }), 'userQuery')
    const search = { is: 'or', of: [either.equals('userName', 'bjensen'), either.equals('mail', 'bjensen')] } as const
    const choice = be(await who.answer({ filter: search }), 'choose')
    expect(choice.options).toEqual(['emailValidation', 'smsValidation'])
    const open = be(await choice.choose('emailValidation'), 'emailValidation')
    const reset = be(await open.answer({ code: await codeFor(open, server, 'bjensen@example.com') }), 'reset')
    expect(be(await reset.answer({ password: 'Typed-passw0rd-3' }), 'completed').outputs).toEqual({ returnParams: 'page=3' })
  })

  test('leads to the other step by the other choice', async () => {
    const first = be(await either.start(either.forgerock(at(server))), 'parameters')
    const who = be(await first.answer({}), 'userQuery')
    const choice = be(await who.answer({ filter: either.equals('userName', 'bjensen') }), 'choose')
    const open = be(await choice.choose('smsValidation'), 'smsValidation')
    expect([open.kind, open.channel, open.tag]).toEqual(['code', 'sms', 'validateCode'])
  })
})

describe('a module that is older than its flow', () => {
  test('meets what it does not know as such, and can answer it by hand and go on', async () => {
    const { open, code } = await untilCode(newer)
    const strange = be(await open.answer({ code }), 'unknown')
    expect([strange.type, strange.raw]).toMatchObject([
      'kba',
      { type: 'kbaSecurityAnswerVerificationStage', requirements: { required: ['answer1'] } },
    ])
    const wrong = be(await strange.answer({ answer1: 'Red' }), 'unknown')
    expect(wrong.problem).toEqual({ code: 'refused', message: 'Answers are not matched' })
    const reset = be(await wrong.answer({ answer1: 'Blue' }), 'reset')
    be(await reset.answer({ password: 'Typed-passw0rd-4' }), 'completed')
  })

  test('meets an end that was not to be expected as unknown, with what it gave', async () => {
    const { open, code } = await untilCode(shorter)
    const strange = be(await open.answer({ code }), 'unknown')
    expect([strange.tag, strange.outputs]).toEqual(['end', {}])
  })
})

describe('a server', () => {
  test('that does not serve the flow is told from one that is away', async () => {
    const elsewhere = be(await mailed.start(mailed.forgerock({ ...at(server), process: 'nothing' })), 'failed')
    expect(elsewhere.problem).toEqual({ code: 'denied', message: 'Access denied' })
    const away = be(await mailed.start(mailed.forgerock({ url: 'http://127.0.0.1:1/openidm', fetch })), 'failed')
    expect(away.problem.code).toBe('unavailable')
  })

  test('that is away in between leaves the state as it was', async () => {
    const { open, code } = await untilCode(server)
    let down = true
    const unsteady: typeof fetch = (...args) => (down ? Promise.reject(new Error('connection lost')) : fetch(...args))
    const place = mailed.resume(mailed.forgerock({ ...at(server), fetch: unsteady }), 'emailValidation', open.token ?? '')
    const again = be(await place.answer({ code }), 'emailValidation')
    expect(again.problem).toEqual({ code: 'unavailable', message: 'connection lost' })
    down = false
    be(await again.answer({ code }), 'reset')
  })

  test('that demands other credentials denies those of the pages', async () => {
    const first = be(await mailed.start(mailed.forgerock({ ...at(server), headers: { 'X-OpenIDM-Password': 'wrong' } })), 'failed')
    expect(first.problem).toEqual({ code: 'denied', message: 'Access Denied' })
  })

  test.for([
    ['no JSON', '<html>'],
    ['a list', '[]'],
    ['nothing', ''],
    ['null', 'null'],
  ] as const)('that answers %s makes a state that is unknown, and no fault', async ([, body]) => {
    const odd = () => Promise.resolve({ status: 200, text: () => Promise.resolve(body) })
    const state = await mailed.start(mailed.forgerock({ url: 'http://x', fetch: odd }))
    expect(state.state).toBe('unknown')
  })
})

test('a module compiled to JavaScript plays the same conversation', async () => {
  const sources = await sourceFolder({
    'reset.ts': moduleOf(flowOf('flow: reset\nspeaks: [forgerock]\nsteps: [userQuery, emailValidation, reset]\n')),
  })
  expect(await sources.compile()).toBe('')
  // What was compiled is the module that is imported above.
  const { start, forgerock, equals } = (await import(
    /* @vite-ignore */ pathToFileURL(join(sources.path, 'out', 'reset.js')).href
  )) as typeof mailed
  const first = be(await start(forgerock(at(server))), 'userQuery')
  const open = be(await first.answer({ filter: equals('userName', 'jdoe') }), 'emailValidation')
  const reset = be(await open.answer({ code: await codeFor(open, server, 'jdoe@example.com') }), 'reset')
  be(await reset.answer({ password: 'Typed-passw0rd-5' }), 'completed')
  await sources.remove()
})

describe('a flow with conditions and failures that lead back', () => {
  test.for([
    ['jdoe', ['userQuery', 'choose', 'kba', 'emailValidation']],
    ['jdoe2', ['userQuery', 'emailValidation']],
  ] as const)('is walked by the types of its module: %s', async ([who, states]) => {
    const sources = await sourceFolder({ 'reset.ts': moduleOf(flowOf(BRANCHED)), 'play.ts': PLAY })
    expect(await sources.compile()).toBe('')
    // The module that was just compiled.
    const played = (await import(/* @vite-ignore */ pathToFileURL(join(sources.path, 'out', 'play.js')).href)) as {
      play: (url: string, by: typeof fetch, who: string) => Promise<readonly string[]>
    }
    expect(await played.play(at(branched).url, fetch, who)).toEqual(states)
    await sources.remove()
  })
})
