import { FOLDED_FIELDS } from '../adapters/directory/postgres/mapping.js'
import { NAME_PATTERN, TABLE_PATTERN } from '../adapters/directory/postgres/names.js'

const column = (description: string) => ({ type: 'string', pattern: NAME_PATTERN, description }) as const
const table = (description: string) => ({ type: 'string', pattern: TABLE_PATTERN, description }) as const
const person = column('Column with the id of the person.')
const order = column('Column by which they are put in order.')

/** Names that a rule of the password policy may have. */
const RULE_PATTERN = '^[A-Z][A-Z0-9_]{0,63}$'

/** The keys of `directory.postgres.people`. */
const PEOPLE_PROPERTIES = {
  table: table('Table or view, with its schema where it is not on the search path: `app.users`.'),
  id: column('Column with the id: a text, a uuid or a whole number; unique, never given to somebody else.'),
  userName: column('Column with the user name.'),
  mail: column('Column with the mail address.'),
  phone: column('Column with the telephone number.'),
  givenName: column('Column with the given name.'),
  surname: column('Column with the surname.'),
  locale: column('Column with a language tag such as `de-CH`.'),
  login: column('Column with the short name that is unique in one domain. Default: that of `userName`.'),
  domain: column('Column with the DNS name of that domain.'),
  principalName: column('Column with a name in the form `name@suffix`.'),
  distinguishedName: column('Column with the full name in a directory tree, without blanks around its commas and equals signs.'),
  totp: column('Column with the shared secret of an authenticator app, RFC 4648 base32.'),
  lowerCase: {
    type: 'array',
    items: { enum: FOLDED_FIELDS },
    uniqueItems: true,
    default: [],
    description:
      'Fields whose columns hold lower-case text only. They are compared as they stand, so that a plain index serves; the others are compared as `lower(<column> COLLATE "C")`, which wants an index of that expression.',
  },
  state: {
    type: 'object',
    description: 'Whether somebody may use the account. Default: everybody may.',
    properties: {
      column: column('Column with the state, of any type that can be written as a text.'),
      active: {
        type: 'array',
        items: { type: 'string', maxLength: 128 },
        minItems: 1,
        maxItems: 32,
        description: 'Values that mean active; the first one is written where a change of the password ends a lock.',
      },
      locked: {
        type: 'array',
        items: { type: 'string', maxLength: 128 },
        maxItems: 32,
        default: [],
        description: 'Values that mean locked. Any other value means disabled.',
      },
    },
    required: ['column', 'active'],
    additionalProperties: false,
  },
  password: column('Column with the hash of the password.'),
  passwordFormat: {
    enum: ['argon2', 'bcrypt', 'django-pbkdf2'],
    default: 'argon2',
    description:
      'How new hashes are made: as PHC strings of argon2id, at the cost that `passwords.hashing` says; as `$2b$…`, which refuses passwords of more than 72 bytes; or as `pbkdf2_sha256$…` of Django. Every form that is known is read.',
  },
  passwordIterations: {
    type: 'integer',
    minimum: 100_000,
    maximum: 10_000_000,
    default: 1_000_000,
    description: 'Iterations of PBKDF2 in new hashes; name the number that most of the present ones have.',
  },
  passwordCost: {
    type: 'integer',
    minimum: 10,
    maximum: 15,
    default: 12,
    description: 'Cost of bcrypt in new hashes; name the one that most of the present ones have.',
  },
  rehash: {
    type: 'boolean',
    default: false,
    description: 'Whether a hash of another form or cost is made again when its person logs in. It needs `version`.',
  },
  version: column(
    'Column that moves with each change of the password: a text, a uuid, a number or a time. Default: a digest of the hash, which moves by itself.',
  ),
  mustChange: column('Column that is true while the password must be changed at the next log-in. Flows that generate passwords need it.'),
  lastAct: column('Column that keeps which change was the last one; it makes certain what became of a change that was cut off.'),
  attributes: {
    type: 'object',
    additionalProperties: column('Column.'),
    maxProperties: 64,
    default: {},
    description: 'Columns of the declared `attributes`, by name.',
  },
  groups: {
    type: 'object',
    description: 'The groups of each person.',
    properties: { table: table('Table of memberships.'), person, group: column('Column with the name of the group.'), order },
    required: ['table', 'person', 'group'],
    additionalProperties: false,
  },
  nestedGroups: {
    type: 'object',
    description: 'Groups inside groups; read when the server starts.',
    properties: {
      table: table('Table of groups that are members.'),
      outer: column('Column with the group that has members.'),
      member: column('Column with the group that is one.'),
    },
    required: ['table', 'outer', 'member'],
    additionalProperties: false,
  },
  answers: {
    type: 'object',
    description: 'Answers to security questions, hashed as the passwords are: without blanks around, in lower case, NFC.',
    properties: {
      table: table('Table of answers.'),
      person,
      question: column('Column with the id of the question.'),
      answer: column('Column with the hash of the answer.'),
      own: column('Column with the text of the person’s own question; empty for a configured one.'),
      order,
    },
    required: ['table', 'person', 'question', 'answer'],
    additionalProperties: false,
  },
  questions: {
    type: 'object',
    description: 'The configured questions; read when the server starts.',
    properties: {
      table: table('Table of questions.'),
      id: column('Column with the id.'),
      language: column('Column with the language.'),
      text: column('Column with the text in it.'),
      order,
    },
    required: ['table', 'id', 'language', 'text'],
    additionalProperties: false,
  },
  history: {
    type: 'object',
    description: 'Earlier passwords. Each change adds the one before it; nothing is deleted.',
    properties: {
      table: table('Table of earlier passwords.'),
      person,
      hash: column('Column with the hash.'),
      order: column('Column that grows by itself, such as an identity or a time with a default.'),
    },
    required: ['table', 'person', 'hash', 'order'],
    additionalProperties: false,
  },
} as const

/** The key `directory.postgres`. */
export const POSTGRES_SCHEMA = {
  type: 'object',
  description: 'People in PostgreSQL (12 or newer) instead of a file.',
  properties: {
    url: {
      type: 'string',
      secret: true,
      description:
        'Address, `postgres://user:password@host:5432/database`. `?sslmode=` may stand behind it, where anything but `disable` means verified TLS, and `?host=/folder` for a Unix socket.',
    },
    tls: {
      enum: ['verify', 'off'],
      description: 'Default: `verify`, but `off` on a loopback address, and what `sslmode` in the address says.',
    },
    ca: { type: 'string', minLength: 1, description: 'PEM file of the certificates that are trusted. Default: those of Node.' },
    connections: { type: 'integer', minimum: 1, maximum: 200, default: 10, description: 'Most connections of one process.' },
    connectTimeout: {
      type: 'string',
      format: 'duration',
      default: '3s',
      description: 'How long a call waits for a free connection, or for a new one. Callers are told `unavailable` then.',
    },
    queryTimeout: { type: 'string', format: 'duration', default: '5s', description: 'How long a statement may take.' },
    schema: { type: 'string', pattern: NAME_PATTERN, default: 'rekey', description: 'Schema of the tables that Rekey makes for itself.' },
    migrate: {
      enum: ['start', 'command'],
      default: 'start',
      description: 'When these tables are made and brought to the present version: at start, or by `rekey migrate` alone.',
    },
    refusals: {
      type: 'object',
      additionalProperties: { type: 'string', pattern: RULE_PATTERN, description: 'Rule.' },
      maxProperties: 64,
      default: {},
      description:
        'Rules of the password policy that the database itself enforces: the name of a constraint, an SQLSTATE, or the whole message of a `RAISE EXCEPTION`, and the rule that callers are told instead. Any other error of the database is `unavailable`.',
    },
    people: {
      type: 'object',
      description:
        'A table of people that is there already, used as it stands: nothing is written but the columns `password`, `version`, `mustChange`, `lastAct` and, to end a lock, `state.column`, and earlier passwords into `history`. Names are spelt exactly as in the database. Default: tables of our own.',
      properties: PEOPLE_PROPERTIES,
      required: ['table', 'id', 'userName', 'password'],
      additionalProperties: false,
    },
  },
  required: ['url'],
  additionalProperties: false,
} as const
