import { isJsonObject } from '@rekey/core'
import type { JsonObject, Properties, Schema } from '@rekey/core'

/** A group of keys; what it does not name is a fault. */
const group = <const P extends Properties, const R extends readonly (keyof P & string)[] = readonly []>(
  description: string,
  properties: P,
  required?: R,
) => ({ type: 'object', description, properties, required: required ?? [], additionalProperties: false }) as const

/** A group that is there, with the defaults of its keys, also when the file does not name it. */
const standing = <const P extends Properties>(description: string, properties: P) =>
  ({ ...group(description, properties), default: {} }) as const

/** The keys of `rekey.yaml` but for `dialects`, whose keys the dialects themselves declare. */
export const CONFIG_PROPERTIES = {
  port: {
    type: 'integer',
    minimum: 0,
    maximum: 65_535,
    default: 8080,
    description: 'TCP port; `0` takes a free one. `PORT` overrides it.',
  },
  host: {
    type: 'string',
    minLength: 1,
    default: '127.0.0.1',
    description:
      'Address to listen on. Anything but a loopback address opens the server to a network and switches `dev` off. `HOST` overrides it.',
  },
  publicUrl: {
    type: 'string',
    description:
      'Scheme, host and port that people reach the server under, as in `https://id.example.com`. Links in mails are built from it and from nothing else. Default: `http://<host>:<port>` on a loopback address; on any other it has no default, and flows that mail links are not served without it.',
  },
  flows: {
    type: 'string',
    minLength: 1,
    description: 'Folder of flow files, read with its subfolders, or one flow file. Default: the flows that Rekey ships.',
  },
  plugins: {
    type: 'array',
    items: { type: 'string', minLength: 1 },
    uniqueItems: true,
    default: [],
    description: 'Packages of steps: names of npm packages, or paths that begin with `./`, `../` or `/`.',
  },
  store: standing('Where conversations, budgets and owed messages are kept.', {
    redis: {
      type: 'string',
      secret: true,
      description:
        'Address of a Redis, `redis://host:6379` or `rediss://` for TLS, shared by all processes. Default: none; everything is kept in memory. `REDIS_URL` overrides it.',
    },
    prefix: {
      type: 'string',
      minLength: 1,
      maxLength: 64,
      default: 'rekey:',
      description: 'Begins the name of every key in Redis. Without `{` and `}`.',
    },
  }),
  directory: standing('The embedded directory of people.', {
    file: {
      type: 'string',
      minLength: 1,
      default: '.rekey/directory.db',
      description: 'SQLite file, created when it is not there. Several processes may share it.',
    },
    seed: {
      type: 'string',
      minLength: 1,
      description:
        'YAML file of people who are put into the directory once; `demo` for the people that Rekey ships, `none` for nobody. Default: `demo` in `dev`, else `none`.',
    },
    historySize: {
      type: 'integer',
      minimum: 0,
      maximum: 24,
      default: 5,
      description: 'How many earlier passwords of a person are remembered.',
    },
  }),
  mail: standing('Sending mail.', {
    mailbox: {
      type: 'boolean',
      default: true,
      description: 'Whether mails can be read at `/dev/mailbox` in `dev`. They are kept in memory; there is no other delivery yet.',
    },
    from: {
      type: 'string',
      default: 'Rekey <no-reply@localhost>',
      description: 'Sender: an address, or a name and an address in angle brackets.',
    },
  }),
  keys: standing(
    'Secrets: 32 random bytes or more, in base64, base64url or hex (`openssl rand -base64 32`). Either `signing` and `stable`, or `file`.',
    {
      signing: {
        type: 'array',
        minItems: 1,
        maxItems: 8,
        items: group(
          'One signing key.',
          {
            id: { type: 'string', minLength: 1, maxLength: 32, description: 'Names the key in tokens: letters, digits, `.`, `_`, `-`.' },
            secret: { type: 'string', secret: true, description: 'The secret.' },
          },
          ['id', 'secret'],
        ),
        description:
          'Keys that sign tokens and seal what is stored. The first one signs, all are accepted: to rotate, put the new key second everywhere, then first everywhere, then drop the old one.',
      },
      stable: {
        type: 'string',
        secret: true,
        description: 'Secret that is never rotated: from it come the answers for people who do not exist, who must look the same for ever.',
      },
      file: {
        type: 'string',
        minLength: 1,
        description:
          'File of generated keys, created with mode 0600 when it is not there; not for a shared store. Default: `.rekey/keys.json`.',
      },
    },
  ),
  passwords: standing('What a new password must be, and how passwords are kept.', {
    profile: {
      enum: ['standard', 'demo'],
      description:
        '`standard`: 15 characters, no common word, nothing of the person’s own data, none of the earlier passwords. `demo`: 8 characters and no other rule. Default: `demo` while the people that Rekey ships are served in `dev`, else `standard`.',
    },
    rules: standing('Rules that differ from the profile’s.', {
      minLength: { type: 'integer', minimum: 1, maximum: 64, description: 'Fewest characters.' },
      maxLength: { type: 'integer', minimum: 64, maximum: 256, description: 'Most characters.' },
      capitals: { type: 'integer', minimum: 0, maximum: 16, description: 'Fewest capital letters; `0` for no such rule.' },
      numbers: { type: 'integer', minimum: 0, maximum: 16, description: 'Fewest digits; `0` for no such rule.' },
      ownData: { type: 'boolean', description: 'Refuse what holds the person’s name, user name or mail address.' },
      common: { type: 'boolean', description: 'Refuse common passwords.' },
      history: { type: 'boolean', description: 'Refuse passwords that the directory remembers.' },
    }),
    hashing: standing('Cost of argon2id.', {
      memoryKiB: { type: 'integer', minimum: 8, maximum: 1_048_576, default: 19_456, description: 'Memory of one hash in KiB.' },
      passes: { type: 'integer', minimum: 1, maximum: 16, default: 2, description: 'Passes over it.' },
      lanes: { type: 'integer', minimum: 1, maximum: 16, default: 1, description: 'Threads of one hash.' },
    }),
  }),
  limits: standing('Limits of flows that name none. A rate is a count and a window: `5/h`, `3/15m`.', {
    failures: standing('Failed proofs.', {
      principal: { type: 'string', default: '5/h', description: 'Of one person, over all conversations.' },
    }),
    starts: standing('Starts of conversations.', {
      address: { type: 'string', default: '600/h', description: 'From one network address (IPv6: from one /64).' },
    }),
    messages: standing('Mails and other messages.', {
      conversation: { type: 'integer', minimum: 1, maximum: 100, default: 3, description: 'In one conversation.' },
      destination: { type: 'string', default: '5/h', description: 'To one address, over all conversations.' },
    }),
  }),
  dev: {
    enum: ['auto', true, false],
    default: 'auto',
    description:
      'Aids of development: the readable mailbox and the demo people. `auto`: on a loopback address, unless `NODE_ENV` is `production`. `true` is refused on any other address.',
  },
  log: standing('The log.', {
    level: {
      enum: ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'],
      default: 'info',
      description: 'Least weight of a line that is written.',
    },
  }),
  trustedProxies: {
    type: 'array',
    items: { type: 'string', minLength: 1 },
    uniqueItems: true,
    default: [],
    description:
      'Networks, as in `10.0.0.0/8`, whose `X-Forwarded-For` is believed. Default: none; the address of a client is that of its socket.',
  },
} as const satisfies Properties

/** What the configuration must know of a dialect. */
export interface DialectSettings {
  readonly name: string
  readonly settings: Properties
}

/** The schema of a whole file, with the settings that the dialects declare. */
export function configSchema(dialects: readonly DialectSettings[]) {
  const byName = Object.fromEntries(
    dialects.map(({ name, settings }) => [name, standing(`Settings of the dialect \`${name}\`.`, settings)]),
  )
  return group('The configuration of a Rekey server.', { ...CONFIG_PROPERTIES, dialects: standing('Settings of the dialects.', byName) })
}

/** The same as a JSON Schema document, for editors. */
export function configSchemaDocument(dialects: readonly DialectSettings[]): JsonObject {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'rekey.yaml', ...asJson(configSchema(dialects)) }
}

/** The schema's literals hold nothing but what JSON can hold. */
function asJson(schema: unknown): JsonObject {
  return isJsonObject(schema) ? schema : {}
}

/** The values that a schema lets through once its defaults are filled in: whatever has a default is there. */
export type Filled<S extends Schema> = S extends { readonly enum: readonly (infer E)[] }
  ? E
  : S extends { readonly type: 'string' }
    ? string
    : S extends { readonly type: 'integer' }
      ? number
      : S extends { readonly type: 'boolean' }
        ? boolean
        : S extends { readonly type: 'array'; readonly items: infer I extends Schema }
          ? readonly Filled<I>[]
          : S extends { readonly type: 'object'; readonly properties: infer P extends Properties; readonly required: readonly (infer R)[] }
            ? FilledProperties<P, R>
            : unknown

type FilledProperties<P extends Properties, R> = {
  readonly [K in keyof P as P[K] extends { readonly default: unknown } ? K : K extends R ? K : never]: Filled<P[K]>
} & {
  readonly [K in keyof P as P[K] extends { readonly default: unknown } ? never : K extends R ? never : K]?: Filled<P[K]>
}

/** A checked file, defaults filled in. */
export type FilledConfig = FilledProperties<typeof CONFIG_PROPERTIES, never> & {
  readonly dialects: { readonly [name: string]: JsonObject }
}
