import { afterEach, describe, expect, test } from 'vitest'
import type { AccountState, Directory, Filter, FilterField, Principal } from '../ports/directory.js'
import type { GroupNesting } from '../ports/nested-groups.js'
import type { Properties } from '../step/schema.js'
import { Secret } from '../step/secret.js'
import type { TestPerson } from '../memory/test-person.js'

/** What a directory is opened with for one test. */
export interface DirectoryWorld {
  readonly people: readonly TestPerson[]
  readonly questions: ReadonlyMap<string, { readonly [language: string]: string }>
  readonly groups: GroupNesting
  /** Attributes that are declared beside the core profile. */
  readonly attributes: Properties
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Earlier passwords to remember. */
  readonly historySize: number
}

/** A directory that holds exactly the people of the world; `close` tidies up behind it. */
export interface OpenDirectory {
  readonly directory: Directory
  close(): void | Promise<void>
}

/**
 * Registers the tests that every directory must pass.
 * @param open makes a new directory for each test.
 * @param keepsHistory false for a directory whose server alone knows present and earlier passwords, and refuses them itself.
 */
export function directoryContract(
  name: string,
  open: (world: DirectoryWorld) => Promise<OpenDirectory>,
  { keepsHistory = true }: { readonly keepsHistory?: boolean } = {},
): void {
  describe(`${name} keeps the contract of a directory`, () => {
    const opened: OpenDirectory[] = []
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.close()
    })
    const directoryOf = async (people: readonly TestPerson[] = PEOPLE, now: () => number = () => NOW): Promise<Directory> => {
      const one = await open({ people, questions: QUESTIONS, groups: GROUPS, attributes: ATTRIBUTES, now, historySize: 2 })
      opened.push(one)
      return one.directory
    }

    test('gives back all that is known of a person and nothing secret', async () => {
      const directory = await directoryOf()
      const { id, credentialVersion, ...jdoe } = await personOf(directory, 'jdoe')
      expect(jdoe).toEqual({
        userName: 'jdoe',
        mail: 'JDoe@Example.com',
        phone: '+1 555 0100',
        givenName: 'John',
        surname: 'Doe',
        locale: 'en-US',
        state: 'active',
        groups: ['staff', 'admins', 'operators', 'everybody'],
        kba: [{ id: '1' }, { id: expect.any(String), own: 'Name of my first cat?' }],
        hasPassword: true,
        totp: true,
        principalName: 'J.Doe@corp.example.com',
        distinguishedName: 'CN=Doe\\, John,OU=Staff,DC=corp,DC=example,DC=com',
      })
      const { id: bareId, credentialVersion: bareVersion, ...bare } = await personOf(directory, 'bare')
      expect(bare).toEqual({ userName: 'bare', state: 'locked', groups: [], kba: [], hasPassword: false })
      expect(new Set([id, bareId]).size).toBe(2)
      expect([credentialVersion, bareVersion].every((version) => version.length > 0)).toBe(true)
      expect(await directory.read(id)).toEqual({ id, credentialVersion, ...jdoe })
      expect(await directory.read(`${id}x`)).toBeUndefined()
      expect(await directory.read('')).toBeUndefined()
    })

    test.for<readonly [field: FilterField, value: string, found: readonly string[]]>([
      ['userName', 'jdoe', ['jdoe']],
      ['userName', 'JDOE', ['jdoe']],
      ['mail', 'jdoe@example.com', ['jdoe']],
      ['mail', 'JDOE@EXAMPLE.COM', ['jdoe']],
      ['phone', '+1 555 0100', ['jdoe']],
      ['givenName', 'John', ['jdoe']],
      ['surname', 'Doe', ['jdoe']],
      ['userName', 'bare', ['bare']],
      ['userName', "o'neil%", ["o'neil%"]],
      ['userName', 'ali\ufffd', ['ali\ufffd']],
      ['login', 'J.DOE', ['jdoe']],
      ['login', 'kai', ['kai']],
      ['domain', 'corp', ['jdoe']],
      ['domain', 'Corp.Example.COM', ['jdoe']],
      ['principalName', 'j.doe@CORP.example.com', ['jdoe']],
      ['distinguishedName', 'CN=Doe\\, John,OU=Staff,DC=corp,DC=example,DC=com', ['jdoe']],
      ['distinguishedName', 'cn = doe\\, john , ou=STAFF,dc=corp, dc=example,dc=com ', ['jdoe']],
    ])('finds by %s `%s`', async ([field, value, found]) => {
      expect(await namesFound(await directoryOf(), equals(field, value))).toEqual(found)
    })

    // Each of these is jdoe, kai or ali to somebody who folds, cuts, trims or translates more than was declared.
    test.for<readonly [what: string, field: FilterField, value: string]>([
      ['nothing', 'userName', ''],
      ['a star', 'userName', '*'],
      ['a prefix with a star', 'userName', 'jd*'],
      ['a per cent sign', 'userName', 'jd%'],
      ['an underscore', 'userName', 'jdo_'],
      ['a question mark', 'userName', 'jdo?'],
      ['a blank before', 'userName', ' jdoe'],
      ['a blank behind', 'userName', 'jdoe '],
      ['a line break', 'userName', 'jdoe\n'],
      ['NUL', 'userName', 'jdoe\0'],
      ['something behind NUL', 'userName', 'jdoe\0x'],
      ['a soft hyphen', 'userName', 'jd\u00adoe'],
      ['a zero-width space', 'userName', 'jdoe\u200b'],
      ['a quote', 'userName', "jdoe'"],
      ['an SQL condition', 'userName', "x' OR '1'='1"],
      ['an SQL comment', 'userName', 'jdoe--'],
      ['an LDAP filter', 'userName', '*)(uid=*'],
      ['half a surrogate pair', 'userName', 'ali\ud800'],
      ['the Kelvin sign', 'userName', '\u212aai'],
      ['the dotless i', 'userName', 'al\u0131'],
      ['the dotted capital I', 'userName', 'al\u0130'],
      ['the long s', 'mail', 'ali@\u017fample.com'],
      ['Cyrillic letters', 'userName', 'jd\u043e\u0435'],
      ['full-width letters', 'userName', '\uff4adoe'],
      ['full-width letters in an address', 'mail', 'jdoe@\uff45xample.com'],
      ['an accent', 'userName', 'jdo\u00e9'],
      ['an accent of its own', 'userName', 'jdoe\u0301'],
      ['a name as an address', 'mail', 'jdoe'],
      ['an address as a name', 'userName', 'jdoe@example.com'],
      ['two addresses', 'mail', 'jdoe@example.com,kai@example.com'],
      ['an address in angle brackets', 'mail', '<jdoe@example.com>'],
      ['a quoted address', 'mail', '"jdoe"@example.com'],
      ['a dot behind the domain', 'mail', 'jdoe@example.com.'],
      ['a number written otherwise', 'phone', '+15550100'],
      ['an attribute nobody has filled in', 'surname', 'undefined'],
      ['null', 'surname', 'null'],
      ['a user name as a login', 'login', 'jdoe'],
      ['a part of a domain', 'domain', 'example.com'],
      ['a domain with a dot behind', 'domain', 'corp.'],
      ['a principal name without its suffix', 'principalName', 'j.doe'],
      ['a part of a distinguished name', 'distinguishedName', 'OU=Staff,DC=corp,DC=example,DC=com'],
      ['a distinguished name with a star', 'distinguishedName', 'CN=*,OU=Staff,DC=corp,DC=example,DC=com'],
      ['a distinguished name whose comma is not escaped', 'distinguishedName', 'CN=Doe, John,OU=Staff,DC=corp,DC=example,DC=com'],
    ])('finds nobody by %s', async ([, field, value]) => {
      const directory = await directoryOf()
      expect(await namesFound(directory, equals(field, value))).toEqual([])
      if (field !== 'userName' && field !== 'mail') return
      const known = field === 'mail' ? ['JDoe@Example.com', 'team@example.com'] : ['jdoe', 'kai', 'ali']
      expect(known.map((name) => directory.normalise(name))).not.toContain(directory.normalise(value))
    })

    test.for<readonly [what: string, filter: Filter, found: readonly string[]]>([
      ['and', and(equals('givenName', 'John'), equals('surname', 'Doe')), ['jdoe']],
      ['and, one half wrong', and(equals('givenName', 'John'), equals('surname', 'Roe')), []],
      ['or', or(equals('userName', 'nobody'), equals('mail', 'jdoe@example.com')), ['jdoe']],
      ['or, nothing right', or(equals('userName', 'nobody'), equals('mail', 'nobody@example.com')), []],
      ['the same person twice', or(equals('userName', 'jdoe'), equals('mail', 'jdoe@example.com')), ['jdoe']],
      ['two people', or(equals('userName', 'jdoe'), equals('userName', 'bare')), ['bare', 'jdoe']],
      [
        'nested',
        or(equals('userName', 'x'), and(equals('givenName', 'John'), or(equals('surname', 'y'), equals('surname', 'Doe')))),
        ['jdoe'],
      ],
      ['an and of nothing', and(), []],
      ['an or of nothing', or(), []],
      ['an and of nothing beside something', or(and(), equals('userName', 'jdoe')), ['jdoe']],
      ['a list', or(...Array.from({ length: 255 }, (_, at) => equals('userName', at === 254 ? 'jdoe' : `x${at}`))), ['jdoe']],
      ['one filter in 200 brackets', brackets(200, equals('userName', 'jdoe')), ['jdoe']],
      ['a chain of ors', chain(120, 'or'), ['jdoe']],
      ['eight levels', chain(4, 'and'), ['jdoe']],
    ])('combines: %s', async ([, filter, found]) => {
      expect(await namesFound(await directoryOf(), filter)).toEqual(found)
    })

    test('survives a filter deeper than anybody needs', async () => {
      const directory = await directoryOf()
      expect([[], ['jdoe']]).toContainEqual(await namesFound(directory, chain(60, 'and')))
    })

    test('gives two of several who match, so that nobody is taken for the one', async () => {
      const directory = await directoryOf()
      expect(await directory.find(equals('mail', 'TEAM@example.com'))).toHaveLength(2)
      expect(await directory.find(or(...['jdoe', 'bare', 'kai', 'ali'].map((one) => equals('userName', one))))).toHaveLength(2)
    })

    test('normalises to what it compares by', async () => {
      const directory = await directoryOf()
      expect(directory.normalise('JDoe@EXAMPLE.com')).toBe(directory.normalise('jdoe@example.com'))
      expect(directory.normalise(directory.normalise('JDoe'))).toBe(directory.normalise('JDoe'))
    })

    test.for<readonly [what: string, who: string, password: string, right: boolean]>([
      ['the right password', 'jdoe', 'Passw0rd1 é', true],
      ['the right password, composed otherwise', 'jdoe', 'Passw0rd1 e\u0301', true],
      ['another case', 'jdoe', 'passw0rd1 é', false],
      ['a blank behind', 'jdoe', 'Passw0rd1 é ', false],
      ['a blank before', 'jdoe', ' Passw0rd1 é', false],
      ['something behind NUL', 'jdoe', 'Passw0rd1 é\0x', false],
      ['nothing', 'jdoe', '', false],
      ['a megabyte', 'jdoe', 'x'.repeat(1_000_000), false],
      ['256 characters', 'long', 'x'.repeat(256), true],
      ['one of 256 characters, cut', 'long', 'x'.repeat(255), false],
      ['one of 256 characters and one more', 'long', 'x'.repeat(257), false],
      ['characters beyond the basic plane', 'emoji', '😀'.repeat(256), true],
      ['no password for somebody without one', 'bare', '', false],
      ['any for somebody without one', 'bare', 'Passw0rd1', false],
    ])('judges a password: %s', async ([, who, password, right]) => {
      const directory = await directoryOf()
      expect(await directory.verifyPassword((await personOf(directory, who)).id, new Secret(password))).toBe(right)
    })

    test('judges no secret of somebody who does not exist', async () => {
      const directory = await directoryOf()
      for (const id of ['nobody', '', '__proto__', 'jdoe\0']) {
        expect(await directory.verifyPassword(id, new Secret('Passw0rd1'))).toBe(false)
        expect(await directory.verifyAnswers(id, [{ question: '1', answer: new Secret('blue') }])).toBe(false)
        expect(await directory.remembersPassword(id, new Secret('Passw0rd1'))).toBe(false)
        expect(await directory.lastAct(id)).toBeUndefined()
        expect(await directory.totpSecret(id)).toBeUndefined()
        expect(await directory.setPassword(change(id, 'any'))).toEqual({ is: 'changed-meanwhile' })
      }
    })

    test.for<readonly [what: string, answers: readonly (readonly [question: string, answer: string])[], right: boolean]>([
      ['the right answer', [['1', 'Blue']], true],
      ['in another case, with blanks around', [['1', '  bLUE\t']], true],
      ['a wrong one', [['1', 'Red']], false],
      ['a blank inside', [['1', 'Bl ue']], false],
      ['nothing', [['1', '']], false],
      [
        'both',
        [
          ['1', 'Blue'],
          ['own', 'Zoé'],
        ],
        true,
      ],
      [
        'both, composed otherwise',
        [
          ['own', 'ZOE\u0301'],
          ['1', 'blue'],
        ],
        true,
      ],
      [
        'the first one wrong',
        [
          ['1', 'Red'],
          ['own', 'Zoé'],
        ],
        false,
      ],
      [
        'the last one wrong',
        [
          ['1', 'Blue'],
          ['own', 'Tom'],
        ],
        false,
      ],
      [
        'exchanged',
        [
          ['1', 'Zoé'],
          ['own', 'Blue'],
        ],
        false,
      ],
      ['to a question never answered', [['2', 'Blue']], false],
      ['to a question that is not there', [['toString', 'Blue']], false],
      ['to none', [], false],
      ['of a megabyte', [['1', 'x'.repeat(1_000_000)]], false],
    ])('judges answers: %s', async ([, answers, right]) => {
      const directory = await directoryOf()
      const jdoe = await personOf(directory, 'jdoe')
      const own = jdoe.kba.find((question) => question.own !== undefined)?.id ?? ''
      const given = answers.map(([question, answer]) => ({ question: question === 'own' ? own : question, answer: new Secret(answer) }))
      expect(await directory.verifyAnswers(jdoe.id, given)).toBe(right)
    })

    test('sets a password and says that the credential is another one', async () => {
      const directory = await directoryOf()
      const before = await personOf(directory, 'jdoe')
      expect(await directory.lastAct(before.id)).toBeUndefined()
      const result = await directory.setPassword(change(before.id, before.credentialVersion, { secret: ' new \0 é', act: 'act-7' }))
      const after = await personOf(directory, 'jdoe')
      expect(result).toEqual({ is: 'done', credentialVersion: after.credentialVersion })
      expect(after).toEqual({ ...before, credentialVersion: expect.not.stringMatching(`^${before.credentialVersion}$`) })
      expect(await directory.lastAct(before.id)).toBe('act-7')
      expect(await directory.verifyPassword(before.id, new Secret(' new \0 e\u0301'))).toBe(true)
      for (const wrong of ['Passw0rd1 é', ' new ', 'new \0 é'])
        expect(await directory.verifyPassword(before.id, new Secret(wrong))).toBe(false)
    })

    test('marks a password that must be changed, until it is', async () => {
      const directory = await directoryOf()
      const before = await personOf(directory, 'kai')
      await directory.setPassword({ ...change(before.id, before.credentialVersion), mustChange: true })
      const marked = await personOf(directory, 'kai')
      expect(marked).toEqual({ ...before, credentialVersion: marked.credentialVersion, mustChange: true })
      await directory.setPassword(change(marked.id, marked.credentialVersion, { secret: 'the next one' }))
      const after = await personOf(directory, 'kai')
      expect(after).toEqual({ ...before, credentialVersion: after.credentialVersion })
    })

    test.for<readonly [what: string, state: AccountState, clearLockout: boolean, after: AccountState]>([
      ['a lock, where it is asked to', 'locked', true, 'active'],
      ['no lock, where it is not', 'locked', false, 'locked'],
      ['nobody who is disabled', 'disabled', true, 'disabled'],
      ['nothing of somebody active', 'active', true, 'active'],
    ])('ends with a change of the password %s', async ([, state, clearLockout, after]) => {
      const directory = await directoryOf([{ userName: 'kim', password: 'Passw0rd1', state }])
      const before = await personOf(directory, 'kim')
      const changed = await directory.setPassword({ ...change(before.id, before.credentialVersion), clearLockout })
      const now = await personOf(directory, 'kim')
      expect(changed).toEqual({ is: 'done', credentialVersion: now.credentialVersion })
      expect(now).toEqual({ ...before, state: after, credentialVersion: now.credentialVersion })
    })

    test('ends no lock with a change that is not made', async () => {
      const directory = await directoryOf()
      const { id, credentialVersion } = await personOf(directory, 'bare')
      expect(await directory.setPassword({ ...change(id, 'another version'), clearLockout: true })).toEqual({ is: 'changed-meanwhile' })
      const late = { ...change(id, credentialVersion, { deadline: NOW - 1 }), clearLockout: true }
      await expect(directory.setPassword(late)).rejects.toThrow('deadline')
      expect(await personOf(directory, 'bare')).toMatchObject({ state: 'locked', credentialVersion })
    })

    test('gives back declared attributes, of whoever has some, and keeps them through a change of the password', async () => {
      const attributes = { department: 'Försäljning', vip: false, grade: 7, rooms: ['A1', 'b 2'] }
      const directory = await directoryOf([
        { userName: 'kim', attributes },
        { userName: 'lou', attributes: { vip: true } },
        { userName: 'max' },
      ])
      const found = async (userName: string) => (await personOf(directory, userName)).attributes
      expect([await found('kim'), await found('lou'), await found('max')]).toEqual([attributes, { vip: true }, undefined])
      const { id, credentialVersion } = await personOf(directory, 'kim')
      await directory.setPassword(change(id, credentialVersion))
      expect(await found('kim')).toEqual(attributes)
      expect((await directory.read(id))?.attributes).toEqual(attributes)
    })

    test('gives the secret of an authenticator app to whoever asks by id, and of nobody else', async () => {
      const directory = await directoryOf()
      const secrets = await Promise.all(
        ['jdoe', 'kai'].map(async (who) => (await directory.totpSecret((await personOf(directory, who)).id))?.reveal()),
      )
      expect(secrets).toEqual(['JBSWY3DPEHPK3PXPJBSWY3DPEH', undefined])
    })

    test('finds somebody by the id it gave', async () => {
      const directory = await directoryOf()
      const { id } = await personOf(directory, 'jdoe')
      expect(await namesFound(directory, equals('id', id))).toEqual(['jdoe'])
      expect(await namesFound(directory, equals('id', `${id} `))).toEqual([])
    })

    test('finds one login in two domains by both', async () => {
      const directory = await directoryOf([
        { userName: 'one', login: 'Jon.One', domain: 'a.example.com' },
        { userName: 'two', login: 'jon.one', domain: 'b.example.com' },
      ])
      expect(await namesFound(directory, equals('login', 'jon.one'))).toEqual(['one', 'two'])
      expect(await namesFound(directory, and(equals('domain', 'b'), equals('login', 'jon.one')))).toEqual(['two'])
      expect(await namesFound(directory, and(equals('domain', 'c'), equals('login', 'jon.one')))).toEqual([])
    })

    test('sets a first password', async () => {
      const directory = await directoryOf()
      const { id, credentialVersion } = await personOf(directory, 'bare')
      expect(await directory.setPassword(change(id, credentialVersion))).toMatchObject({ is: 'done' })
      expect(await personOf(directory, 'bare')).toMatchObject({ hasPassword: true, state: 'locked' })
    })

    test('sets no password when the credential has changed meanwhile, nor twice for one version', async () => {
      const directory = await directoryOf()
      const { id, credentialVersion } = await personOf(directory, 'jdoe')
      await directory.setPassword(change(id, credentialVersion, { secret: 'the first one', act: 'first' }))
      expect(await directory.setPassword(change(id, credentialVersion, { secret: 'the second one', act: 'second' }))).toEqual({
        is: 'changed-meanwhile',
      })
      expect(await directory.verifyPassword(id, new Secret('the first one'))).toBe(true)
      expect(await directory.lastAct(id)).toBe('first')
    })

    test('sets no password after the deadline', async () => {
      const clock = { now: NOW }
      const directory = await directoryOf(PEOPLE, () => clock.now)
      const before = await personOf(directory, 'jdoe')
      clock.now = NOW + 1001
      await expect(directory.setPassword(change(before.id, before.credentialVersion, { deadline: NOW + 1000 }))).rejects.toThrow('deadline')
      expect(await personOf(directory, 'jdoe')).toEqual(before)
      expect(await directory.setPassword(change(before.id, before.credentialVersion, { deadline: NOW + 1001 }))).toMatchObject({
        is: 'done',
      })
    })

    test('refuses a password that it would not take as it is', async () => {
      const directory = await directoryOf()
      const before = await personOf(directory, 'jdoe')
      expect(await directory.setPassword(change(before.id, before.credentialVersion, { secret: 'x'.repeat(257) }))).toEqual({
        is: 'refused',
        failures: [{ rule: 'MAX_LENGTH', params: { maxLength: 256 } }],
      })
      expect(await personOf(directory, 'jdoe')).toEqual(before)
    })

    test('lets exactly one of 64 racing changes win', async () => {
      const directory = await directoryOf()
      const { id, credentialVersion } = await personOf(directory, 'jdoe')
      const racers = Array.from({ length: 64 }, (_, at) => ({ secret: `secret number ${at}`, act: `act-${at}` }))
      const results = await Promise.all(racers.map((racer) => directory.setPassword(change(id, credentialVersion, racer))))
      const winners = racers.filter((_, at) => results[at]?.is === 'done')
      expect(winners).toHaveLength(1)
      expect(results.filter((result) => result.is === 'changed-meanwhile')).toHaveLength(63)
      expect(await directory.lastAct(id)).toBe(winners[0]?.act)
      expect(await directory.verifyPassword(id, new Secret(winners[0]?.secret ?? ''))).toBe(true)
    })

    test('remembers the present password and as many earlier ones as it was told, or none at all', async () => {
      const directory = await directoryOf()
      const { id } = await personOf(directory, 'jdoe')
      for (const secret of ['one', 'two', 'three']) {
        const { credentialVersion } = await personOf(directory, 'jdoe')
        await directory.setPassword(change(id, credentialVersion, { secret }))
      }
      const remembered = await Promise.all(
        ['three', 'two', 'one', 'Passw0rd1 é', 'four', 'THREE', ''].map((secret) => directory.remembersPassword(id, new Secret(secret))),
      )
      expect(remembered).toEqual([keepsHistory, keepsHistory, keepsHistory, false, false, false, false])
    })

    test('names the configured questions in their order', async () => {
      const directory = await directoryOf()
      expect([...directory.questions()]).toEqual([...QUESTIONS])
    })
  })
}

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)

const QUESTIONS = new Map([
  ['2', { en: 'Who was your first employer?' }],
  ['1', { en: "What's your favorite color?", fr: 'Quelle est votre couleur préférée ?' }],
])

const ATTRIBUTES: Properties = {
  department: { type: 'string' },
  vip: { type: 'boolean' },
  grade: { type: 'integer' },
  rooms: { type: 'array', items: { type: 'string' } },
}

/** Members by the outer group; two of them go round in a circle. */
const GROUPS = new Map([
  ['operators', ['admins']],
  ['everybody', ['operators', 'guests']],
  ['guests', ['everybody-else']],
  ['everybody-else', ['guests']],
])

const PEOPLE: readonly TestPerson[] = [
  {
    userName: 'jdoe',
    mail: 'JDoe@Example.com',
    phone: '+1 555 0100',
    givenName: 'John',
    surname: 'Doe',
    locale: 'en-US',
    groups: ['staff', 'admins'],
    password: 'Passw0rd1 é',
    login: 'J.Doe',
    domain: 'corp.example.com',
    principalName: 'J.Doe@corp.example.com',
    distinguishedName: 'CN=Doe\\, John,OU=Staff,DC=corp,DC=example,DC=com',
    totp: 'JBSWY3DPEHPK3PXPJBSWY3DPEH',
    answers: [
      { question: '1', answer: 'Blue' },
      { ownQuestion: 'Name of my first cat?', answer: ' Zoé' },
    ],
  },
  { userName: 'bare', state: 'locked' },
  { userName: 'kai', mail: 'team@example.com', password: 'Passw0rd1' },
  { userName: 'ali', mail: 'Team@example.com', password: 'Passw0rd1' },
  { userName: 'ali2', mail: 'team@Example.com', state: 'disabled' },
  { userName: "o'neil%", mail: 'ali@sample.com' },
  { userName: 'ali\ufffd' },
  { userName: 'long', password: 'x'.repeat(256) },
  { userName: 'emoji', password: '😀'.repeat(256) },
]

function equals(field: FilterField, value: string): Filter {
  return { is: 'equals', field, value }
}

function and(...of: readonly Filter[]): Filter {
  return { is: 'and', of }
}

function or(...of: readonly Filter[]): Filter {
  return { is: 'or', of }
}

function brackets(levels: number, innermost: Filter): Filter {
  let filter = innermost
  for (let level = 0; level < levels; level += 1) filter = level % 2 === 0 ? and(filter) : or(filter)
  return filter
}

/** A filter of so many pairs of levels, which only jdoe matches. */
function chain(pairs: number, outer: 'and' | 'or'): Filter {
  const jdoe = equals('userName', 'jdoe')
  let filter: Filter = jdoe
  for (let pair = 0; pair < pairs; pair += 1) {
    filter = or(equals('userName', `x${pair}`), filter)
    filter = { is: outer, of: [outer === 'and' ? jdoe : equals('userName', `y${pair}`), filter] }
  }
  return filter
}

function change(id: string, expect: string, rest: { readonly secret?: string; readonly act?: string; readonly deadline?: number } = {}) {
  return {
    id,
    expect,
    secret: new Secret(rest.secret ?? 'another secret'),
    act: rest.act ?? 'act',
    deadline: rest.deadline ?? NOW + 60_000,
  }
}

async function namesFound(directory: Directory, filter: Filter): Promise<readonly string[]> {
  return (await directory.find(filter)).map((principal) => principal.userName).toSorted()
}

async function personOf(directory: Directory, userName: string): Promise<Principal> {
  const [person] = await directory.find(equals('userName', userName))
  if (person === undefined) throw new Error(`the directory under test does not hold \`${userName}\``)
  return person
}
