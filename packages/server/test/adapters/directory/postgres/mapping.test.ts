import { pbkdf2Sync } from 'node:crypto'
import { Secret, type Principal, type SetPasswordResult } from '@rekey/core'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { PeopleMapping } from '../../../../src/adapters/directory/postgres/mapping.js'
import { PostgresDirectory } from '../../../../src/adapters/directory/postgres/postgres-directory.js'
import { cheapHasher } from '../cheap-hasher.js'
import { FOREIGN_TABLES, fillForeign, mappingOf } from './foreign-table.js'
import { administer, dropSchema, freshSchema, postgresUrl, settings } from './with-postgres.js'

let schema = ''
beforeEach(async () => {
  schema = freshSchema()
  await administer(FOREIGN_TABLES(schema))
})
afterEach(() => dropSchema(schema))

interface Given extends Partial<PeopleMapping> {
  readonly refusals?: { readonly [name: string]: string }
  readonly url?: string
}

async function open({ refusals = {}, url = postgresUrl(), ...mapping }: Given = {}): Promise<PostgresDirectory> {
  const directory = await PostgresDirectory.open({
    settings: settings({ people: mappingOf(schema, mapping), refusals, url }),
    hasher: cheapHasher(),
  })
  onTestFinished(() => directory.close())
  return directory
}

async function personOf(directory: PostgresDirectory, userName = 'jdoe'): Promise<Principal> {
  const [person] = await directory.find({ is: 'equals', field: 'userName', value: userName })
  if (person === undefined) throw new Error(`there is no \`${userName}\``)
  return person
}

async function change(
  directory: PostgresDirectory,
  secret: string,
  more: { readonly clearLockout?: boolean; readonly mustChange?: boolean } = {},
): Promise<SetPasswordResult> {
  const { id, credentialVersion } = await personOf(directory)
  return directory.setPassword({
    id,
    expect: credentialVersion,
    secret: new Secret(secret),
    act: 'act-1',
    deadline: Date.now() + 60_000,
    ...more,
  })
}

const rowOf = async (userName = 'jdoe') => {
  const [found] = await administer(`SELECT to_jsonb(u) AS row FROM ${schema}.users u WHERE "userName" = '${userName}'`)
  return found?.['row']
}
/** `$s` stands for the schema. */
const alter = (text: string) => administer(text.replaceAll('$s', schema))
/** A mapping of the columns that every table of users has, and of nothing else. */
const BARE = Object.fromEntries(
  ['version', 'mustChange', 'lastAct', 'state', 'groups', 'nestedGroups', 'answers', 'questions', 'history', 'totp', 'login', 'domain'].map(
    (key) => [key, undefined],
  ),
) as unknown as Partial<PeopleMapping> // keys that are undefined count as absent everywhere
const JDOE = { userName: 'jdoe', mail: 'jdoe@example.com', password: 'Passw0rd1' }

test('a change writes the columns of the password and no other', async () => {
  await fillForeign(schema, [
    { ...JDOE, groups: ['staff'], attributes: { department: 'x', rooms: ['a'] } },
    { userName: 'other', password: 'x' },
  ])
  const [before, other] = [await rowOf(), await rowOf('other')]
  const directory = await open()
  expect(await change(directory, 'the next one', { mustChange: true })).toMatchObject({ is: 'done' })
  expect(await rowOf()).toEqual({
    ...Object(before),
    pw_hash: expect.stringMatching(/^\$argon2id\$/),
    pw_changed_at: expect.any(String),
    must_reset: true,
    last_operation: 'act-1',
  })
  expect(await rowOf('other')).toEqual(other)
})

test('earlier passwords of the other application count, each change adds one, and none is deleted', async () => {
  await fillForeign(schema, [JDOE])
  const directory = await open()
  for (const secret of ['one', 'two', 'three', 'four', 'five', 'six', 'seven']) await change(directory, secret)
  expect(await alter('SELECT count(*)::int AS count FROM $s.old_passwords')).toEqual([{ count: 7 }])
  const { id } = await personOf(directory)
  const remembered = ['seven', 'six', 'two', 'one', 'Passw0rd1'].map((secret) => directory.remembersPassword(id, new Secret(secret)))
  expect(await Promise.all(remembered)).toEqual([true, true, true, false, false])
})

test.for<readonly [status: string, state: string, clearLockout: boolean, after: string]>([
  ['ENABLED', 'active', true, 'ENABLED'],
  ['PENDING', 'active', true, 'PENDING'],
  ['LOCKED', 'locked', true, 'ENABLED'],
  ['LOCKED', 'locked', false, 'LOCKED'],
  ['LOCKED_BY_ADMIN', 'disabled', true, 'LOCKED_BY_ADMIN'],
  ['DELETED', 'disabled', true, 'DELETED'],
])('the status `%s` means %s; with clearLockout %s it becomes `%s`', async ([status, state, clearLockout, after]) => {
  await fillForeign(schema, [JDOE])
  await alter(`UPDATE $s.users SET status = '${status}'`)
  const directory = await open()
  expect((await personOf(directory)).state).toBe(state)
  expect(await change(directory, 'another', { clearLockout })).toMatchObject({ is: 'done' })
  expect(await rowOf()).toMatchObject({ status: after })
})

test('a truth value is a state as well', async () => {
  await fillForeign(schema, [{ ...JDOE, attributes: { vip: false } }])
  const directory = await open({ state: { column: 'is_vip', active: ['true'], locked: ['false'] } })
  expect((await personOf(directory)).state).toBe('locked')
  await change(directory, 'another', { clearLockout: true })
  expect((await personOf(directory)).state).toBe('active')
})

test.for(['', '!', '!unusable', '*', '*LK*'])('a password of `%s` is none, so that a first one can be set', async (stored) => {
  await fillForeign(schema, [JDOE])
  const directory = await open()
  expect((await personOf(directory)).hasPassword).toBe(true)
  await alter(`UPDATE $s.users SET pw_hash = '${stored}'`)
  expect((await personOf(directory)).hasPassword).toBe(false)
  expect(await change(directory, 'a first one')).toMatchObject({ is: 'done' })
  expect((await personOf(directory)).hasPassword).toBe(true)
})

describe('the version of the credential', () => {
  test.for<readonly [what: string, ddl: string]>([
    ['a digest of the hash, where there is no column', ''],
    ['a number', 'ALTER TABLE $s.users ADD ver integer'],
    ['a big number', 'ALTER TABLE $s.users ADD ver bigint NOT NULL DEFAULT 9007199254740993'],
    ['a text', 'ALTER TABLE $s.users ADD ver varchar(40)'],
    ['a uuid', 'ALTER TABLE $s.users ADD ver uuid'],
    ['a time', 'ALTER TABLE $s.users ADD ver timestamptz'],
    ['a time without zone', 'ALTER TABLE $s.users ADD ver timestamp'],
    ['a time in seconds', 'ALTER TABLE $s.users ADD ver timestamp(0)'],
    ['a time in milliseconds', 'ALTER TABLE $s.users ADD ver timestamptz(3)'],
    ['a time in the future', "ALTER TABLE $s.users ADD ver timestamptz NOT NULL DEFAULT '2999-01-01'"],
  ])('is %s, moves with each change, and lets only one of two win', async ([, ddl]) => {
    await alter(ddl)
    await fillForeign(schema, [JDOE, { userName: 'first' }])
    const directory = await open({ ...BARE, ...(ddl !== '' && { version: 'ver' }) })
    const seen = new Set<string>()
    for (const round of [1, 2, 3]) {
      const { id, credentialVersion } = await personOf(directory)
      seen.add(credentialVersion)
      const results = await Promise.all(
        ['a', 'b'].map((name) =>
          directory.setPassword({
            id,
            expect: credentialVersion,
            secret: new Secret(`${name} ${round}`),
            act: 'x',
            deadline: Date.now() + 60_000,
          }),
        ),
      )
      expect(results.map(({ is }) => is).toSorted()).toEqual(['changed-meanwhile', 'done'])
      const done = results.find((result) => result.is === 'done')
      expect(done?.credentialVersion).toBe((await personOf(directory)).credentialVersion)
    }
    expect(seen.size).toBe(3)
    const first = await personOf(directory, 'first')
    const set = await directory.setPassword({
      id: first.id,
      expect: first.credentialVersion,
      secret: new Secret('x'),
      act: 'x',
      deadline: Date.now() + 60_000,
    })
    expect(set).toMatchObject({ is: 'done' })
  })

  test.for(['date', 'boolean', 'double precision', 'jsonb', 'bytea', 'varchar(21)'])(
    'cannot stand in a column of type %s',
    async (type) => {
      await alter(`ALTER TABLE $s.users ADD ver ${type}`)
      await expect(open({ ...BARE, version: 'ver' })).rejects.toThrow(/^cannot keep versions in the column `ver` \(/)
    },
  )

  test('moves as well when the other application changes the password', async () => {
    await fillForeign(schema, [JDOE])
    const directory = await open(BARE)
    const { id, credentialVersion } = await personOf(directory)
    await alter("UPDATE $s.users SET pw_hash = 'set by the other one'")
    const late = { id, expect: credentialVersion, secret: new Secret('x'), act: 'x', deadline: Date.now() + 60_000 }
    expect(await directory.setPassword(late)).toEqual({ is: 'changed-meanwhile' })
    expect(await directory.verifyPassword(id, new Secret('set by the other one'))).toBe(false)
  })
})

describe('what the database itself enforces', () => {
  const judge = (what: string) => `
    CREATE FUNCTION $s.judge() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN ${what}; RETURN NEW; END $f$;
    CREATE TRIGGER judge BEFORE UPDATE ON $s.users FOR EACH ROW EXECUTE FUNCTION $s.judge()`
  const refused = (rule: string): SetPasswordResult => ({ is: 'refused', failures: [{ rule }] })

  test.for<readonly [what: string, ddl: string, refusals: { readonly [name: string]: string }, rule: string]>([
    ['a check', 'ALTER TABLE $s.users ADD CONSTRAINT not_again CHECK (last_operation IS NULL)', { not_again: 'TOO_SOON' }, 'TOO_SOON'],
    ['a unique key', 'CREATE UNIQUE INDEX one_act ON $s.users (last_operation)', { one_act: 'TAKEN' }, 'TAKEN'],
    ['a whole class of errors', 'ALTER TABLE $s.users ADD CONSTRAINT c CHECK (last_operation IS NULL)', { 23514: 'NOT_NOW' }, 'NOT_NOW'],
    ['what a trigger raises', judge("RAISE EXCEPTION 'password %', 'reused'"), { 'password reused': 'HISTORY' }, 'HISTORY'],
    ['a code of its own', judge("RAISE EXCEPTION 'no' USING ERRCODE = 'RK001'"), { RK001: 'COMPANY_RULE' }, 'COMPANY_RULE'],
  ])('is told as a rule where that is configured: %s', async ([, ddl, refusals, rule]) => {
    await fillForeign(schema, [JDOE, { userName: 'other' }])
    if (ddl.includes('one_act')) await alter("UPDATE $s.users SET last_operation = 'act-1' WHERE \"userName\" = 'other'")
    await alter(ddl)
    const before = await rowOf()
    expect(await change(await open({ refusals }), 'another')).toEqual(refused(rule))
    await expect(change(await open(), 'canary-secret')).rejects.toMatchObject({
      name: 'PostgresFault',
      message: expect.not.stringMatching(/argon2|jdoe|canary/),
    })
    expect(await rowOf()).toEqual(before)
  })

  test('silently is a fault: nothing is told to be done that is not', async () => {
    await fillForeign(schema, [JDOE])
    await alter(judge('RETURN NULL'))
    await expect(change(await open(), 'another')).rejects.toMatchObject({ name: 'PostgresFault', code: 'NOT_WRITTEN' })
  })

  test('is no rule of the password when the server is at fault', async () => {
    await fillForeign(schema, [JDOE])
    await alter(judge("RAISE EXCEPTION 'x' USING ERRCODE = '53100'"))
    await expect(change(await open({ refusals: { 53100: 'NEVER', x: 'NEVER' } }), 'another')).rejects.toMatchObject({ code: 'PG_53100' })
  })
})

describe('a table is used as it stands', () => {
  test('with ids of its own type: they are found as they are written, and no other way', async () => {
    await fillForeign(schema, [JDOE])
    const directory = await open()
    expect((await personOf(directory)).id).toBe('1')
    for (const other of ['01', '+1', ' 1', '1 ', '1.0', '1e0', '0x1', '9'.repeat(30), '-0'])
      expect(await directory.read(other)).toBeUndefined()
    await alter(
      `CREATE TABLE $s.accounts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text, hash text); INSERT INTO $s.accounts (name) VALUES ('jdoe')`,
    )
    const accounts = await open({ ...ONLY, table: `${schema}.accounts`, userName: 'name', password: 'hash' })
    const { id } = await personOf(accounts)
    expect(await accounts.read(id)).toMatchObject({ id, userName: 'jdoe', state: 'active', groups: [], hasPassword: false })
    for (const other of [id.toUpperCase(), `{${id}}`, id.replaceAll('-', '')]) expect(await accounts.read(other)).toBeUndefined()
  })

  test('SEC-36 with a collation that folds accents, which finds nobody by a look-alike', async () => {
    await alter(`CREATE COLLATION $s.loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
      CREATE TABLE $s.accounts (id text COLLATE $s.loose PRIMARY KEY, name text COLLATE $s.loose, phone text COLLATE $s.loose, hash text);
      INSERT INTO $s.accounts VALUES ('Zoe', 'Zoe', 'Zoe', 'x')`)
    const directory = await open({ ...ONLY, table: `${schema}.accounts`, userName: 'name', phone: 'phone', password: 'hash' })
    const named = async (field: 'userName' | 'phone' | 'id', value: string) => (await directory.find({ is: 'equals', field, value })).length
    expect(await Promise.all([named('userName', 'zOE'), named('phone', 'Zoe'), named('id', 'Zoe')])).toEqual([1, 1, 1])
    expect(await Promise.all([named('userName', 'Zoé'), named('phone', 'Zoé'), named('phone', 'zoe'), named('id', 'zoe')])).toEqual([
      0, 0, 0, 0,
    ])
    expect(await directory.read('ZOE')).toBeUndefined()
  })

  test('through a view', async () => {
    await fillForeign(schema, [JDOE, { userName: 'hidden' }])
    await alter(`CREATE VIEW $s.staff AS SELECT * FROM $s.users WHERE "userName" <> 'hidden'`)
    const directory = await open({ table: `${schema}.staff` })
    expect(await directory.find({ is: 'equals', field: 'userName', value: 'hidden' })).toEqual([])
    expect(await change(directory, 'another')).toMatchObject({ is: 'done' })
    expect(await directory.verifyPassword('1', new Secret('another'))).toBe(true)
  })

  test('lower-case columns are compared as they stand', async () => {
    await fillForeign(schema, [JDOE, { userName: 'upper', mail: 'UPPER@example.com' }])
    const directory = await open({ lowerCase: ['mail'] })
    const found = async (value: string) => (await directory.find({ is: 'equals', field: 'mail', value })).map(({ userName }) => userName)
    expect([await found('JDOE@example.com'), await found('upper@example.com')]).toEqual([['jdoe'], []])
  })

  test('and nobody is added to it', async () => {
    await expect((await open()).sow('digest', [JDOE], new Map())).rejects.toThrow('nobody is added')
  })
})

test('a generated password needs a column that says so', async () => {
  await fillForeign(schema, [JDOE])
  const directory = await open(BARE)
  await expect(change(directory, 'generated', { mustChange: true })).rejects.toThrow('`directory.postgres.people.mustChange`')
  expect(await change(directory, 'another')).toMatchObject({ is: 'done' })
})

describe('passwords as Django keeps them', () => {
  // Made with Django's own algorithm: PBKDF2-HMAC-SHA256, 32 bytes, base64.
  const made = (secret: string, salt: string, times: number) =>
    `pbkdf2_sha256$${times}$${salt}$${pbkdf2Sync(secret, salt, times, 32, 'sha256').toString('base64')}`

  test('are verified, and new ones are made the same way', async () => {
    await fillForeign(schema, [{ userName: 'jdoe' }])
    const directory = await open({ passwordFormat: 'django-pbkdf2' })
    await administer(`UPDATE ${schema}.users SET pw_hash = '${made('Passw0rd1 é', 'seasalt', 2_000)}'`)
    const right = async (secret: string) => directory.verifyPassword('1', new Secret(secret))
    expect(await Promise.all(['Passw0rd1 é', 'Passw0rd1 e\u0301', 'passw0rd1 é', ''].map(right))).toEqual([true, true, false, false])
    await change(directory, 'the next one')
    const [, , salt = '', hash] =
      JSON.stringify(await rowOf()).match(/pbkdf2_sha256\$(1000)\$([A-Za-z0-9]{22})\$([A-Za-z0-9+/=]{44})/) ?? []
    expect(made('the next one', salt, 1_000).endsWith(`$${hash}`)).toBe(true)
    expect(await directory.remembersPassword('1', new Secret('Passw0rd1 é'))).toBe(true)
  })

  test.for([
    '',
    '!unusable',
    'pbkdf2_sha256$0$salt$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    'pbkdf2_sha256$99999999$salt$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    'md5$a$b',
    '$argon2id$v=19$broken',
  ])('in another form, `%s`, are nobody’s', async (stored) => {
    await fillForeign(schema, [{ userName: 'jdoe' }])
    await administer(`UPDATE ${schema}.users SET pw_hash = '${stored}'`)
    for (const passwordFormat of ['django-pbkdf2', 'argon2'] as const) {
      const directory = await open({ passwordFormat })
      expect(await directory.verifyPassword('1', new Secret('Passw0rd1'))).toBe(false)
      expect(await directory.remembersPassword('1', new Secret('Passw0rd1'))).toBe(false)
    }
  })
})

test.for([
  ['UPDATE on it', 'UPDATE ON SEQUENCE $s.old_passwords_n_seq', ''],
  ['a column that draws from none of its own', '', 'ALTER TABLE $s.old_passwords ALTER n SET DEFAULT 7'],
] as const)('no USAGE of a sequence is asked for beside %s', async ([, grant, before]) => {
  await fillForeign(schema, [JDOE])
  await alter(`CREATE ROLE $s LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA $s TO $s; GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA $s TO $s;
    GRANT INSERT ON $s.old_passwords TO $s; ${grant && `GRANT ${grant} TO $s`}; ${before}`)
  onTestFinished(async () => {
    await alter('DROP OWNED BY $s; DROP ROLE $s')
  })
  const url = new URL(postgresUrl())
  url.username = schema
  url.password = 'x'
  await expect(open({ url: url.href })).resolves.toBeDefined()
  expect(
    await administer(`INSERT INTO ${schema}.old_passwords (user_id, pw_hash) VALUES (1, 'x') RETURNING pw_hash`, { url: url.href }),
  ).toEqual([{ pw_hash: 'x' }])
})

test('a default that draws from a sequence of somebody else is looked at', async () => {
  await alter(`CREATE ROLE $s LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA $s TO $s; GRANT SELECT, UPDATE, INSERT ON ALL TABLES IN SCHEMA $s TO $s;
    CREATE SEQUENCE $s.shared; ALTER TABLE $s.old_passwords ALTER n SET DEFAULT nextval('$s.shared');
    GRANT USAGE ON SEQUENCE $s.old_passwords_n_seq TO $s`)
  onTestFinished(async () => {
    await alter('DROP OWNED BY $s; DROP ROLE $s')
  })
  const url = new URL(postgresUrl())
  url.username = schema
  url.password = 'x'
  await expect(open({ url: url.href })).rejects.toThrow('does not let this user draw numbers for the column `n`')
})

test('the least rights that the documentation names are enough', async () => {
  await fillForeign(schema, [JDOE])
  await alter(`CREATE ROLE $s LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA $s TO $s; GRANT SELECT ON ALL TABLES IN SCHEMA $s TO $s;
    GRANT UPDATE (pw_hash, pw_changed_at, must_reset, last_operation, status) ON $s.users TO $s;
    GRANT INSERT ON $s.old_passwords TO $s; GRANT USAGE ON SEQUENCE $s.old_passwords_n_seq TO $s`)
  onTestFinished(async () => {
    await alter('DROP OWNED BY $s; DROP ROLE $s')
  })
  const url = new URL(postgresUrl())
  url.username = schema
  url.password = 'x'
  const directory = await open({ url: url.href })
  expect(await change(directory, 'another', { clearLockout: true, mustChange: true })).toMatchObject({ is: 'done' })
  expect(await directory.remembersPassword('1', new Secret('Passw0rd1'))).toBe(true)
})

describe('a mapping that does not fit is refused with the repair', () => {
  test.for<readonly [what: string, given: (schema: string) => Partial<PeopleMapping>, said: string]>([
    ['no such table', (schema) => ({ table: `${schema}.user` }), 'has no table `%.user`, which `directory.postgres.people.table` names'],
    [
      'no such column',
      () => ({ mail: 'emial' }),
      'has no column `emial` in `%.users`, which `directory.postgres.people.mail` names; did you mean `email`?',
    ],
    [
      'a column in other letters',
      () => ({ userName: 'username' }),
      'has no column `username` in `%.users`, which `directory.postgres.people.userName` names; did you mean `userName`?',
    ],
    [
      'no such state',
      () => ({ state: { column: 'state', active: ['x'], locked: [] } }),
      'has no column `state` in `%.users`, which `directory.postgres.people.state.column` names',
    ],
    [
      'no such attribute',
      () => ({ attributes: { vip: 'vip' } }),
      'has no column `vip` in `%.users`, which `directory.postgres.people.attributes.vip` names',
    ],
    [
      'no such column beside',
      (schema) => ({ groups: { table: `${schema}.memberships`, person: 'user', group: 'role' } }),
      'has no column `user` in `%.memberships`, which `directory.postgres.people.groups.person` names',
    ],
  ])('%s', async ([, given, said]) => {
    await expect(open(given(schema))).rejects.toMatchObject({
      name: 'NotOurDatabase',
      message: expect.stringContaining(said.replace('%', schema)),
    })
  })

  test('rights are missing', async () => {
    await alter("CREATE ROLE $s LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA $s TO $s; GRANT SELECT ON ALL TABLES IN SCHEMA $s TO $s")
    onTestFinished(async () => {
      await alter('DROP OWNED BY $s; DROP ROLE $s')
    })
    const url = new URL(postgresUrl())
    url.username = schema
    url.password = 'x'
    for (const [grant, said] of [
      ['SELECT ON $s.users TO $s', 'draw numbers for the column `n` of `%.old_passwords`: grant USAGE on its sequence'],
      ['USAGE ON SEQUENCE $s.old_passwords_n_seq TO $s', 'add to the column `user_id` of `%.old_passwords`: grant INSERT on it'],
      ['INSERT (user_id) ON $s.old_passwords TO $s', 'add to the column `pw_hash` of `%.old_passwords`: grant INSERT on it'],
      ['INSERT (pw_hash) ON $s.old_passwords TO $s', 'use the column `pw_hash` of `%.users`: grant UPDATE on it'],
    ] as const) {
      await alter(`GRANT ${grant}`)
      await expect(open({ url: url.href })).rejects.toThrow(`does not let this user ${said.replace('%', schema)}`)
    }
  })
})

/** A mapping of nothing but an id, a name and a password. */
const ONLY = {
  ...BARE,
  ...Object.fromEntries(
    ['mail', 'phone', 'givenName', 'surname', 'locale', 'principalName', 'distinguishedName'].map((key) => [key, undefined]),
  ),
  attributes: {},
}
