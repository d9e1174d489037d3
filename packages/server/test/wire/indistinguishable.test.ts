import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { JsonObject, Mailer } from '@rekey/core'
import { Database } from '../../src/adapters/directory/database.js'
import { submitTo } from './call.js'
import { differences, played, tokenIn, type Script } from './masked.js'
import { askForMail, emailOnly, guessAnswers, guessCodes, oneStage } from './scripts.js'
import { wireServer, type WireServer } from './server.js'
import { serving } from './serving.js'

/** The same over people of its own. */
async function withSeed(people: string, act: (server: WireServer) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-seed-'))
  await writeFile(join(folder, 'seed.yaml'), people)
  await serving({ folder, config: { directory: { seed: 'seed.yaml' } } }, act)
  await rm(folder, { recursive: true })
}

/** What another person is sent shows that whatever was owed before has been sent. */
async function nothingIsOnItsWay(server: WireServer): Promise<void> {
  const before = (await server.mails('mmuster@example.de')).length
  await server.client.post(submitTo('resetOneStage'), { input: { queryFilter: 'userName eq "mmuster"' } })
  await server.nextMail('mmuster@example.de', before)
}

const KNOWN = 'userName eq "jdoe"'

/** Everybody who must look like John Doe. */
const PERSONAS = {
  'an unknown name': 'userName eq "nobody"',
  'an unknown address': 'mail eq "nobody@example.com"',
  'a name of one letter': 'userName eq "n"',
  'a name of a thousand letters': `userName eq "${'n'.repeat(1_000)}"`,
  'a name of other scripts': 'userName eq "ｊｄｏｅ\u212a"',
  'a name with quotes': `userName eq "jdoe' or '1'='1"`,
  'a name with wildcards': 'userName eq "*"',
  'a known address': 'mail eq "jdoe@example.com"',
  'an address in other letter case': 'mail eq "JDOE@EXAMPLE.COM"',
  'somebody locked': 'userName eq "llock"',
  'somebody locked, by address': 'mail eq "llock@example.com"',
  'somebody disabled': 'userName eq "dgone"',
  'somebody without mail': 'userName eq "nomail"',
  'somebody without a password': 'userName eq "newbie"',
  'somebody without questions': 'userName eq "hdesk"',
  'somebody with three questions': 'userName eq "admin"',
  'somebody with a question of their own': 'userName eq "bjensen"',
  'an address of two people (SEC-7)': 'mail eq "family@example.com"',
  'one of two people with one address': 'userName eq "asmith"',
  'a search that fits two': '(userName eq "jdoe" or userName eq "admin")',
  'a search that fits nobody': '(userName eq "jdoe" and mail eq "admin@example.com")',
} as const

describe.each(['memory', 'Redis'])('nobody can be told from John Doe, with %s (SEC-1)', (store) => {
  let server: WireServer
  beforeAll(async () => {
    server = await wireServer(store === 'Redis' ? { redis: { url: inject('redisUrl'), prefix: 'personas:' } } : {})
  })
  afterAll(() => server.close())

  const scripts: readonly (readonly [name: string, script: Script, answers: number])[] = [
    ['guessing codes', guessCodes, 21],
    ['one stage', oneStage, 10],
    ['e-mail alone', emailOnly, 10],
    ['guessing answers', guessAnswers, 13],
  ]
  test.for(scripts)('%s', async ([, script, answers]) => {
    const known = await played(server.client, script, KNOWN)
    expect(known).toHaveLength(answers)
    for (const [name, filter] of Object.entries(PERSONAS)) {
      expect({ name, differences: differences(known, await played(server.client, script, filter)) }).toEqual({ name, differences: [] })
    }
  })
})

// A decoy has nobody's own question to show, so the question of one's own must not be the one that is asked.
test('somebody with no other question than their own, asked before any proof, cannot be told from nobody', async () => {
  const people = `people:
  - { userName: only-own, mail: only-own@example.com, password: Passw0rd1, answers: [{ ownQuestion: What is it?, answer: It }] }
questions:
  '1': { en: What's your favorite color? }
`
  await withSeed(people, async ({ client }) => {
    const known = await played(client, guessAnswers, 'userName eq "only-own"')
    expect(differences(known, await played(client, guessAnswers, 'userName eq "nobody"'))).toEqual([])
  })
})

describe('the answers of a conversation', () => {
  test('change at the attempt that the flow names, and stay', async () => {
    await serving({}, async ({ client }) => {
      const answers = await played(client, guessCodes, 'userName eq "nobody"')
      expect(answers.map(({ body }) => (/"message":"([^"]*)"/.exec(body) ?? /"(?:type)":"([^"]*)"/.exec(body))?.[1])).toEqual([
        'userQuery',
        'emailValidation',
        'emailValidation',
        'Snapshot token is invalid',
        'Input code is missing',
        'Input code is missing',
        '/input/code: Expecting a java.lang.String',
        'Input code is missing',
        'Invalid code',
        'Invalid code',
        'Invalid code',
        'Invalid code',
        'Invalid code',
        'Invalid code',
        'Invalid code',
        'Snapshot token is invalid',
        'Snapshot token is invalid',
        'Invalid code',
        'Snapshot token is invalid',
        // The search again is told how the conversation stands now.
        'Unable to complete the process',
        'Invalid token',
      ])
    })
  })
})

describe('limits (SEC-3)', () => {
  const OTHERS = [
    PERSONAS['an unknown address'],
    PERSONAS['somebody locked'],
    PERSONAS['somebody without mail'],
    PERSONAS['an address of two people (SEC-7)'],
  ]

  test('of failures are the same, and silent: afterwards the right code is refused like a wrong one', async () => {
    const limits: JsonObject = { failures: { principal: '3/h' } }
    const guessThenKnow =
      (server: WireServer): Script =>
      async (say, queryFilter) => {
        for (let round = 0; round < 2; round += 1) {
          const token = tokenIn(await say('resetOneStage', { input: { queryFilter } }))
          for (const code of ['1', '2', '3', '4']) await say('resetOneStage', { token, input: { code } })
        }
        const token = tokenIn(await say('resetOneStage', { input: { queryFilter } }))
        // John Doe reads his mailbox: first two codes, then the notice of the many attempts, then the third code.
        const mail = queryFilter === KNOWN ? await server.nextMail('jdoe@example.com', 3) : undefined
        const code = /^ {4}(\d{8})$/m.exec(mail?.text ?? '')?.[1] ?? '12345678'
        await say('resetOneStage', { token, input: { code } })
      }
    await serving({ config: { limits } }, async (server) => {
      const known = await played(server.client, guessThenKnow(server), KNOWN)
      const mails = await server.mails('jdoe@example.com')
      expect(mails.map(({ subject }) => subject).toSorted()).toEqual([
        'Confirm that you want a new password',
        'Confirm that you want a new password',
        'Confirm that you want a new password',
        'Too many attempts to reset your password',
      ])
      for (const filter of OTHERS) {
        expect(differences(known, await played(server.client, guessThenKnow(server), filter))).toEqual([])
      }
    })
  })

  test('of messages are the same, and silent', async () => {
    const limits: JsonObject = { messages: { destination: '2/h' } }
    await serving({ config: { limits } }, async (server) => {
      const known = await played(server.client, askForMail, KNOWN)
      await server.nextMail('jdoe@example.com', 1)
      await nothingIsOnItsWay(server)
      expect(await server.mails('jdoe@example.com')).toHaveLength(2)
      for (const filter of OTHERS) {
        expect(differences(known, await played(server.client, askForMail, filter))).toEqual([])
      }
    })
  })

  test('of starts are those of the address, and answered openly', async () => {
    const limits: JsonObject = { starts: { address: '4/h' } }
    const start: Script = async (say, queryFilter) => {
      for (let round = 0; round < 6; round += 1) await say('resetOneStage', { input: { queryFilter } })
    }
    const played4 = (filter: string) => serving({ config: { limits } }, ({ client }) => played(client, start, filter))
    const known = await played4(KNOWN)
    expect(known.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429, 429])
    expect(known.at(-1)?.body).toBe('{"code":429,"reason":"Too Many Requests","message":"Too many requests"}')
    for (const filter of OTHERS) {
      expect(differences(known, await played4(filter))).toEqual([])
    }
  })

  test('no header of the caller resets them (SEC-29)', async () => {
    const limits: JsonObject = { starts: { address: '4/h' } }
    await serving({ config: { limits } }, async ({ client }) => {
      const statuses: number[] = []
      for (let hop = 0; hop < 6; hop += 1) {
        const from = `198.51.100.${hop}`
        const headers = { 'X-Forwarded-For': from, 'X-Real-IP': from, Forwarded: `for=${from}`, 'True-Client-IP': from }
        statuses.push((await client.post(submitTo('resetOneStage'), { input: { queryFilter: KNOWN } }, headers)).status)
      }
      expect(statuses).toEqual([200, 200, 200, 200, 429, 429])
    })
  })
})

describe('somebody who is in mid-conversation', () => {
  test.for([
    ['deleted', 'DELETE FROM people WHERE user_name = ?'],
    ['locked', "UPDATE people SET state = 'locked' WHERE user_name = ?"],
    ['disabled', "UPDATE people SET state = 'disabled' WHERE user_name = ?"],
  ] as const)('%s goes on like somebody who never was, and the mailed code is refused', async ([, sql]) => {
    const script =
      (server: WireServer): Script =>
      async (say, queryFilter) => {
        const token = tokenIn(await say('resetOneStage', { input: { queryFilter } }))
        let code = '12345678'
        if (queryFilter === KNOWN) {
          code = /^ {4}(\d{8})$/m.exec((await server.nextMail('jdoe@example.com', 0)).text)?.[1] ?? ''
          await write(server, sql, 'jdoe')
        }
        await say('resetOneStage', { token, input: { code } })
        await say('resetOneStage', { token, input: { code: '1' } })
      }
    await serving({}, async (server) => {
      const changed = await played(server.client, script(server), KNOWN)
      expect(changed.map(({ status }) => status)).toEqual([200, 400, 400])
      expect(differences(changed, await played(server.client, script(server), 'userName eq "nobody"'))).toEqual([])
    })
  })

  async function write({ config }: WireServer, sql: string, userName: string): Promise<void> {
    const database = await Database.open(config.directory.file)
    const [rows] = await database.write(() => [{ sql, args: [userName] }])
    database.close()
    expect(rows).toBe(1)
  }
})

describe('a search for two people tells nothing by the mail that the asker gets (SEC-1)', () => {
  /** The asker reads the mailbox of `admin`, and wants to know whether the other one is there. */
  const OWN = 'userName eq "admin"'

  let server: WireServer
  beforeAll(async () => {
    server = await wireServer()
  })
  afterAll(() => server.close())

  test.for([
    ['somebody or oneself', KNOWN, ' or '],
    ['somebody by address or oneself', 'mail eq "jdoe@example.com"', ' or '],
    ['somebody locked or oneself', 'userName eq "llock"', ' or '],
    ['somebody without mail or oneself', 'userName eq "nomail"', ' or '],
    ['somebody and oneself', KNOWN, ' and '],
  ] as const)('%s', async ([, victim, joined]) => {
    const asked = async (other: string) => {
      const answers = await played(server.client, oneStage, `${other}${joined}${OWN}`)
      await nothingIsOnItsWay(server)
      return answers
    }
    const there = await asked(victim)
    const notThere = await asked('userName eq "nobody"')
    expect(differences(there, notThere)).toEqual([])
    expect([await server.mails('admin@example.com'), await server.mails('jdoe@example.com')]).toEqual([[], []])
  })

  test('one person by two texts is found', async () => {
    await server.client.post(submitTo('resetOneStage'), { input: { queryFilter: `${OWN} or mail eq "admin@example.com"` } })
    expect((await server.nextMail('admin@example.com', 0)).subject).toBe('Confirm that you want a new password')
  })
})

describe('questions of people who do not exist (SEC-5)', () => {
  const questionOf = async ({ client }: WireServer, name: string) => {
    const token = tokenIn(await client.post(submitTo('resetKba'), { input: {} }))
    const asked = await client.post(submitTo('resetKba'), { token, input: { queryFilter: `userName eq "${name}"` } })
    return /"en":"([^"]*)"/.exec(asked.text)?.[1] ?? asked.text
  }
  const names = Array.from({ length: 12 }, (_, at) => `nobody-${at}`)

  test('are the same each time, also after a restart, and in any spelling that the directory holds equal', async () => {
    await serving({}, async (first) => {
      const asked = await Promise.all(names.map((name) => questionOf(first, name)))
      expect(await Promise.all(names.map((name) => questionOf(first, name)))).toEqual(asked)
      expect(await Promise.all(names.map((name) => questionOf(first, name.toUpperCase())))).toEqual(asked)
      // A second server over the same folder and keys is what a restart is.
      const again = await serving({ folder: first.folder }, (second) => Promise.all(names.map((name) => questionOf(second, name))))
      expect(again).toEqual(asked)
      expect(new Set(asked).size).toBeGreaterThan(1)
    })
  })

  test('are other ones under other keys', async () => {
    const asked = () => serving({ ownKeys: true }, (server) => Promise.all(names.map((name) => questionOf(server, name))))
    expect(await asked()).not.toEqual(await asked())
  })
})

describe('mail that fails for one person changes no answer (SEC-4)', () => {
  test.for<readonly [string, (held: Promise<void>) => Promise<void>]>([
    ['refused', () => Promise.reject(new Error('550 no such mailbox'))],
    ['thrown at once', () => raise('421 try later')],
    ['not answered while anybody waits', (held) => held],
  ])('%s', async ([, instead]) => {
    let tried = 0
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const failing = (mailer: Mailer): Mailer => ({
      send(mail) {
        if (mail.to !== 'jdoe@example.com') return mailer.send(mail)
        tried += 1
        return instead(held)
      },
    })
    await serving({ adapt: (ports) => ({ ...ports, mailer: failing(ports.mailer) }) }, async ({ client }) => {
      const known = await played(client, guessCodes, KNOWN)
      expect(differences(known, await played(client, guessCodes, 'userName eq "nobody"'))).toEqual([])
      expect(tried).toBeGreaterThan(0)
      release()
    })
  })

  function raise(message: string): never {
    throw new Error(message)
  }
})
