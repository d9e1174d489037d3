import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { centrify } from './centrify.js'
import { house, LOST, WIRES, type House } from './house.js'
import { generate, PERSON } from './one-call.js'
import { posts } from './speaker.js'
import { guessed } from './strangers.js'

let at: House
beforeAll(async () => {
  at = await house()
})
afterAll(() => at.close())

/** Everybody who must look like John Doe. */
const PERSONAS: Readonly<Record<string, string>> = {
  'an unknown name': 'nobody',
  'an unknown name of one letter': 'n',
  'an unknown name of two hundred letters': 'n'.repeat(200),
  'a name of other scripts': 'ｊｄｏｅ\u212a',
  'a name with quotes': `jdoe' or '1'='1`,
  'a name with wildcards': '*',
  'somebody else who is known': 'bjensen',
  'somebody locked': 'llock',
  'somebody disabled': 'dgone',
  'somebody without mail': 'nomail',
  'somebody without a password': 'newbie',
  'one of two people with one address': 'asmith',
}

describe.each(WIRES)('over $name', (wire) => {
  test.each(Object.entries(PERSONAS))('SEC-1 %s cannot be told from John Doe', async (_, userName) => {
    expect(await guessed(at, wire, userName)).toEqual(await guessed(at, wire, 'jdoe'))
  })

  test('nothing of this is a fault of ours, and the transcript reaches its end', async () => {
    const seen = await guessed(at, wire, 'nobody')
    expect(seen.filter(({ status }) => status >= 500)).toEqual([])
    expect(seen.length).toBeGreaterThan(12)
  })
})

// Only Centrify shows an address, and only to somebody who has typed one: it is the typed one that is masked.
test.for(['nobody@example.com', 'llock@example.com', 'family@example.com', 'dgone@example.com'])(
  'SEC-5 over centrify %s cannot be told from the address of John Doe',
  async (address) => {
    const known = await guessed(at, centrify, 'jdoe@example.com')
    expect(await guessed(at, centrify, address)).toEqual(known)
    expect(known.filter(({ body }) => body.includes('an address')).length).toBeGreaterThan(0)
    const unnamed = await guessed(at, centrify, 'mmuster')
    expect(unnamed.filter(({ body }) => body.includes('an address'))).toEqual([])
  },
)

describe('where the flow tells who exists', () => {
  let telling: House
  beforeAll(async () => {
    const reason = 'to see that these comparisons see it'
    const reveal = `unknownAccount: reveal\nallow: [{ code: reveals-accounts, reason: ${reason} }]\nsteps:`
    telling = await house({ lost: LOST.replace('steps:', reveal) })
  })
  afterAll(() => telling.close())

  // A log-in of Centrify is begun first, and that one still hides.
  test.each(WIRES.filter(({ name }) => name !== 'centrify'))('the comparison sees it over $name', async (wire) => {
    expect(await guessed(telling, wire, 'nobody')).not.toEqual(await guessed(telling, wire, 'jdoe'))
  })
})

describe('what a wire tells all the same, as its vendor wants it', () => {
  test('bright-pattern: who has the token learns who can be given a password, and why not from nothing', async () => {
    const answers = await Promise.all(['No.Body', 'llock', 'dgone', '*', '', 'otherdomain\\Jon.One'].map((user) => at.send(generate(user))))
    const refusal = { status: 200, text: '{"res":"failed"}' }
    expect(answers.map(({ status, text }) => ({ status, text }))).toEqual(answers.map(() => refusal))
    expect(new Set(answers.map(({ headers }) => JSON.stringify(headers.filter(([name]) => name !== 'Date')))).size).toBe(1)
    expect((await at.send(generate('Jon.One'))).text).toMatch(/^\{"res":"ok"/)
  })

  test('bright-pattern: who has not, learns nothing', async () => {
    const answers = await Promise.all(['Jon.One', 'No.Body', 'llock'].map((user) => at.send(generate(user, 'guessed'))))
    const elsewhere = await at.send(posts('/api/nothing', {}))
    const plain = ({ status, headers, text }: typeof elsewhere) => [status, headers.filter(([name]) => name !== 'Date'), text]
    expect(answers.map(plain)).toEqual(answers.map(() => plain(elsewhere)))
  })

  test('cidaas: somebody who is signed in learns nothing about others', async () => {
    const headers = { Authorization: `Bearer ${await at.token(PERSON)}` }
    const call = async (sub: string) => {
      const passwords = { old_password: 'Passw0rd1', new_password: 'N3w-passw0rd', confirm_password: 'N3w-passw0rd' }
      const { status, text } = await at.send({ ...posts('/password-srv/password', { sub, ...passwords }, headers), method: 'PUT' })
      return [status, text.replace(/"refnumber":"[^"]*"/, '')]
    }
    expect(await call(await at.idOf('jdoe'))).toEqual(await call('0c4fd9a2-9a41-4d0f-8f3e-6b0f2b1c7d55'))
  })
})
