import type { PersonPlaces } from '../person-places.js'

/** Which tables and columns hold what of people. */
export interface PeopleMapping extends PersonPlaces {
  readonly table: string
  /** Fields whose columns hold lower-case text only. */
  readonly lowerCase: readonly FoldedField[]
  /** A value that stands in neither list means `disabled`. Without it everybody is `active`. */
  readonly state?: { readonly column: string; readonly active: readonly string[]; readonly locked: readonly string[] }
  readonly password: string
  /** Of new hashes. */
  readonly passwordFormat: 'argon2' | 'bcrypt' | 'django-pbkdf2'
  /** Of bcrypt, for new hashes: the logarithm of its rounds. */
  readonly passwordCost: number
  /** Of PBKDF2, for new hashes. */
  readonly passwordIterations: number
  /** Whether a hash of another form or cost is made again when its person logs in. */
  readonly rehash: boolean
  /** Moves with each change: text, uuid, a number or a time. Without it the version is a digest of the password's hash. */
  readonly version?: string
  readonly mustChange?: string
  readonly groups?: { readonly table: string; readonly person: string; readonly group: string; readonly order?: string }
  readonly nestedGroups?: { readonly table: string; readonly outer: string; readonly member: string }
  readonly answers?: {
    readonly table: string
    readonly person: string
    readonly question: string
    readonly answer: string
    readonly own?: string
    readonly order?: string
  }
  readonly questions?: {
    readonly table: string
    readonly id: string
    readonly language: string
    readonly text: string
    readonly order?: string
  }
  /** Earlier passwords, the newest with the greatest `order`. */
  readonly history?: { readonly table: string; readonly person: string; readonly hash: string; readonly order: string }
}

/** Fields that are compared without regard to the case of ASCII letters. */
export const FOLDED_FIELDS = ['userName', 'mail', 'login', 'domain', 'principalName'] as const

export type FoldedField = (typeof FOLDED_FIELDS)[number]

/** A mapping and what only our own tables have. */
export interface Mapping extends PeopleMapping {
  /** One JSON column of all attributes. */
  readonly attributesJson?: string
  /** The distinguished name in the form that is compared. */
  readonly foldedDistinguishedName?: string
  /** True where old entries of the history are ours to delete. */
  readonly trimHistory?: true
}

/** Our own tables. */
export function ownMapping(schema: string): Mapping {
  const table = (name: string) => `${schema}.${name}`
  return {
    table: table('people'),
    id: 'id',
    userName: 'user_name',
    mail: 'mail',
    phone: 'phone',
    givenName: 'given_name',
    surname: 'surname',
    locale: 'locale',
    login: 'login',
    domain: 'domain',
    principalName: 'principal_name',
    distinguishedName: 'distinguished_name',
    foldedDistinguishedName: 'distinguished_name_folded',
    totp: 'totp_secret',
    lowerCase: [],
    state: { column: 'state', active: ['active'], locked: ['locked'] },
    password: 'password_hash',
    passwordFormat: 'argon2',
    passwordCost: 0,
    passwordIterations: 0,
    rehash: true,
    version: 'credential_version',
    mustChange: 'must_change',
    lastAct: 'last_act',
    attributes: {},
    attributesJson: 'attributes',
    groups: { table: table('person_groups'), person: 'person', group: 'group_name', order: 'number' },
    nestedGroups: { table: table('group_members'), outer: 'outer_group', member: 'member' },
    answers: { table: table('answers'), person: 'person', question: 'question', answer: 'hash', own: 'own', order: 'number' },
    questions: { table: table('questions'), id: 'id', language: 'language', text: 'text', order: 'number' },
    history: { table: table('earlier_passwords'), person: 'person', hash: 'hash', order: 'number' },
    trimHistory: true,
  }
}
