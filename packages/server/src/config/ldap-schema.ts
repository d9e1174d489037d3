import { LDAP_KINDS, type LdapRefusal } from '../adapters/directory/ldap/settings.js'
import { group, standing } from './groups.js'

/** A name of an attribute, or its object identifier. Source: RFC 4512 section 1.4. */
const ATTRIBUTE_PATTERN = '^(?:[A-Za-z][A-Za-z0-9-]{0,127}|[0-9]+(?:\\.[0-9]+){1,31})$'

/** Names that a rule of the password policy may have. */
const RULE_PATTERN = '^[A-Z][A-Z0-9_]{0,63}$'

const attribute = (description: string) => ({ type: 'string', pattern: ATTRIBUTE_PATTERN, description }) as const
const dn = (description: string) => ({ type: 'string', minLength: 3, maxLength: 1_024, description }) as const
const rule = { type: 'string', pattern: RULE_PATTERN, description: 'Rule.' } as const

/** The keys of `directory.ldap.people`. Defaults are those of the kind; they are put in where the configuration is resolved. */
const PEOPLE_PROPERTIES = {
  id: attribute('Attribute with the id: unique, never given to somebody else. Default: `entryUUID`, and `objectGUID` in Active Directory.'),
  userName: attribute('Attribute with the user name. Default: `uid`, and `sAMAccountName` in Active Directory.'),
  mail: attribute('Attribute with the mail address; of several the first is written to. Default: `mail`.'),
  phone: attribute('Attribute with the telephone number. Default: `mobile`.'),
  givenName: attribute('Attribute with the given name. Default: `givenName`.'),
  surname: attribute('Attribute with the surname. Default: `sn`.'),
  locale: attribute('Attribute with a language tag such as `de-CH`. Default: `preferredLanguage`.'),
  login: attribute('Attribute with the short name that is unique in one domain. Default: that of `userName`.'),
  domain: attribute('Attribute with the DNS name of that domain. Default: it follows from the `DC` parts of the name of the entry.'),
  principalName: attribute('Attribute with a name in the form `name@suffix`. Default: none, and `userPrincipalName` in Active Directory.'),
  distinguishedName: attribute(
    'Attribute with the full name in the tree. Default: `entryDN`, and `distinguishedName` in Active Directory.',
  ),
  totp: attribute('Attribute with the shared secret of an authenticator app, RFC 4648 base32.'),
  answers: attribute(
    'Attribute with answers to security questions, one in each value: `id:hash`, or a JSON object with `id`, `hash` and, for the person’s own question, its text as `own`. Hashes are PHC strings of argon2, of answers without blanks around, in lower case, NFC.',
  ),
  lastAct: attribute(
    'Attribute of a single text that is ours to write: which change was the last one. It makes certain what became of a change that was cut off, and tells two changes within one second apart; in Active Directory it is what keeps two of them from both being made.',
  ),
  version: attribute(
    'Attribute that moves with each change of the password. Default: `pwdChangedTime`, and `pwdLastSet` in Active Directory.',
  ),
  status: {
    type: 'object',
    description: 'An attribute of your own that says whether somebody may use the account, beside what the server itself keeps.',
    properties: {
      attribute: attribute('Attribute with the state. Somebody without it is active.'),
      active: {
        type: 'array',
        items: { type: 'string', minLength: 1, maxLength: 128 },
        minItems: 1,
        maxItems: 32,
        description: 'Values that mean active; the first one is written where a change of the password ends a lock.',
      },
      locked: {
        type: 'array',
        items: { type: 'string', minLength: 1, maxLength: 128 },
        maxItems: 32,
        default: [],
        description: 'Values that mean locked. Any other value means disabled.',
      },
    },
    required: ['attribute', 'active'],
    additionalProperties: false,
  },
  attributes: {
    type: 'object',
    additionalProperties: attribute('Attribute.'),
    maxProperties: 64,
    default: {},
    description: 'Attributes of the tree for the declared `attributes`, by name.',
  },
} as const

/** The key `directory.ldap`. */
export const LDAP_SCHEMA = {
  type: 'object',
  description: 'People in a tree of OpenLDAP or Active Directory, used as it stands, instead of a file.',
  properties: {
    kind: {
      enum: LDAP_KINDS,
      description:
        'What kind of server it is. `openldap` needs the overlay `ppolicy` with `ppolicy_hash_cleartext`: without that line new passwords are stored as they are written.',
    },
    urls: {
      type: 'array',
      items: { type: 'string', minLength: 8, maxLength: 256, description: 'Address, `ldaps://host:636` or `ldap://host:389`.' },
      minItems: 1,
      maxItems: 8,
      uniqueItems: true,
      description: 'Servers that hold the same tree; the next one is asked where one cannot be reached.',
    },
    tls: {
      enum: ['verify', 'off'],
      description:
        'How `ldap://` is spoken: `verify` begins TLS by StartTLS and goes no further without it. Default: `verify`, but `off` on a loopback address. `ldaps://` is always verified TLS.',
    },
    ca: { type: 'string', minLength: 1, description: 'PEM file of the certificates that are trusted. Default: those of Node.' },
    bindDn: dn('Name of the account that searches and changes.'),
    password: { type: 'string', minLength: 1, secret: true, description: 'Its password.' },
    base: dn('Name of the entry below which people are.'),
    filter: {
      type: 'string',
      minLength: 3,
      maxLength: 1_024,
      description:
        'Which entries are people, RFC 4515. Default: `(objectClass=inetOrgPerson)`, and `(&(objectCategory=person)(objectClass=user))` in Active Directory.',
    },
    connections: {
      type: 'integer',
      minimum: 1,
      maximum: 200,
      default: 10,
      description: 'Most connections of one process for searches and changes, and as many for the log-ins of people.',
    },
    connectTimeout: {
      type: 'string',
      format: 'duration',
      default: '3s',
      description:
        'How long a call waits for a free connection, and for each of `urls` until a new one is ready. Callers are told `unavailable` then.',
    },
    queryTimeout: { type: 'string', format: 'duration', default: '5s', description: 'How long an operation may take.' },
    decoy: dn(
      'Name of an entry like those of people, with a password that nobody knows. For people who do not exist it is read, and a password is tried on it, so that the server works as much for them.',
    ),
    lockout: {
      type: 'string',
      format: 'duration',
      description:
        'How long a lock of the password policy lasts, as the policy itself says (`pwdLockoutDuration`). Default: until it is lifted. Active Directory tells by itself.',
    },
    people: standing('Which attributes hold what, where that is other than usual.', PEOPLE_PROPERTIES),
    groups: group('The groups of each person. Default: nobody is in any.', {
      base: dn('Name of the entry below which groups are. Default: that of people.'),
      objectClass: attribute('Class of groups. Default: `groupOfNames`, and `group` in Active Directory.'),
      member: attribute('Attribute with the names of members. Default: `member`.'),
      name: attribute('Attribute with the name of the group. Default: `cn`.'),
      levels: {
        type: 'integer',
        minimum: 0,
        maximum: 8,
        description:
          'How many times groups around groups are looked for, one search each, for everybody alike. Default: 3. Active Directory goes as deep as it must with any number but 0.',
      },
    }),
    questions: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          id: { type: 'string', minLength: 1, maxLength: 64, pattern: '^[^:{}]+$', description: 'Id of the question.' },
          text: {
            type: 'object',
            additionalProperties: { type: 'string', minLength: 1, maxLength: 512, description: 'Text.' },
            description: 'Its text by language.',
          },
        },
        required: ['id', 'text'],
        additionalProperties: false,
      },
      maxItems: 64,
      default: [],
      description: 'The configured security questions.',
    },
    refusals: standing(
      'Rules that callers are told where the server itself refuses a password. Default: `QUALITY`, `MIN_LENGTH`, `MIN_AGE`, `HISTORY`, `MAX_LENGTH`, and `QUALITY` for all that Active Directory calls a `passwordRestriction`.',
      {
        insufficientPasswordQuality: rule,
        passwordTooShort: rule,
        passwordTooYoung: rule,
        passwordInHistory: rule,
        passwordTooLong: rule,
        passwordRestriction: rule,
      } satisfies Readonly<Record<LdapRefusal, typeof rule>>,
    ),
  },
  required: ['kind', 'urls', 'bindDn', 'password', 'base'],
  additionalProperties: false,
} as const
