import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { JsonObject, Mailer } from '@rekey/core'
import { Database } from '../../src/adapters/directory/database.js'
import { submitTo } from './call.js'
import { differences, played, tokenIn, type Script } from './masked.js'
import { askForMail, emailOnly, guessAnswers, guessCodes, oneStage } from './scripts.js'
import { wireServer, type WireOptions, type WireServer } from './server.js'

/** Runs a test against a server of its own. */
async function serving<T>(options: WireOptions, act: (server: WireServer) => Promise<T>): Promise<T> {
  const server = await wireServer(options)
  try {
    return await act(server)
  } finally {
    await server.close()
  }
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

// A decoy has nobody's own question to show. This turns red when questions before any proof are all configured ones.
test.fails('somebody with a question of their own, asked before any proof, cannot be told from nobody', async () => {
  const found = await serving({}, async ({ client }) => {
    const known = await played(client, guessAnswers, 'userName eq "bjensen"')
    return differences(known, await played(client, guessAnswers, 'userName eq "nobody"'))
  })
  expect(found).toEqual([])
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
  /** Limits are counted for each of them on a server of its own. */
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
    const known = await serving({ config: { limits } }, async (server) => {
      const answers = await played(server.client, guessThenKnow(server), KNOWN)
      const mails = await server.mails('jdoe@example.com')
      expect(mails.map(({ subject }) => subject).toSorted()).toEqual([
        'Confirm that you want a new password',
        'Confirm that you want a new password',
        'Confirm that you want a new password',
        'Too many attempts to reset your password',
      ])
      return answers
    })
    for (const filter of OTHERS) {
      const other = await serving({ config: { limits } }, (server) => played(server.client, guessThenKnow(server), filter))
      expect(differences(known, other)).toEqual([])
    }
  })

  test('of messages are the same, and silent', async () => {
    const limits: JsonObject = { messages: { destination: '2/h' } }
    const known = await serving({ config: { limits } }, async (server) => {
      const answers = await played(server.client, askForMail, KNOWN)
      await server.nextMail('jdoe@example.com', 1)
      // What another person is sent afterwards shows that nothing more was on its way.
      await server.client.post(submitTo('resetOneStage'), { input: { queryFilter: 'userName eq "admin"' } })
      await server.nextMail('admin@example.com', 0)
      expect(await server.mails('jdoe@example.com')).toHaveLength(2)
      return answers
    })
    for (const filter of OTHERS) {
      const other = await serving({ config: { limits } }, (server) => played(server.client, askForMail, filter))
      expect(differences(known, other)).toEqual([])
    }
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

describe('somebody who is deleted in mid-conversation', () => {
  test('goes on like somebody who never was, and the mailed code is refused', async () => {
    const script =
      (server: WireServer): Script =>
      async (say, queryFilter) => {
        const token = tokenIn(await say('resetOneStage', { input: { queryFilter } }))
        let code = '12345678'
        if (queryFilter === KNOWN) {
          code = /^ {4}(\d{8})$/m.exec((await server.nextMail('jdoe@example.com', 0)).text)?.[1] ?? ''
          await remove(server, 'jdoe')
        }
        await say('resetOneStage', { token, input: { code } })
        await say('resetOneStage', { token, input: { code: '1' } })
      }
    await serving({}, async (server) => {
      const deleted = await played(server.client, script(server), KNOWN)
      expect(differences(deleted, await played(server.client, script(server), 'userName eq "nobody"'))).toEqual([])
    })
  })

  async function remove({ config }: WireServer, userName: string): Promise<void> {
    const database = await Database.open(config.directory.file)
    const [rows] = await database.write(() => [{ sql: 'DELETE FROM people WHERE user_name = ?', args: [userName] }])
    database.close()
    expect(rows).toBe(1)
  }
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
