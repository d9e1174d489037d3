import { isJsonObject } from '@rekey/core'
import type { JsonObject, Properties, Schema } from '@rekey/core'
import { ISSUER_ALGORITHMS } from '../adapters/bearers/issuer.js'
import { CAPTCHA_SCHEMA } from './captcha-schema.js'
import { HTTP_PROPERTIES } from './http-schema.js'
import { PASSWORDS_SCHEMA } from './password-schema.js'
import { LDAP_SCHEMA } from './ldap-schema.js'
import { POSTGRES_SCHEMA } from './postgres-schema.js'
import { STORE_SCHEMA } from './store-schema.js'
import { SMS_PROVIDERS, SMTP, SMTP_PROVIDERS } from './sender-schemas.js'
import { group, standing } from './groups.js'
import { TRACES_SCHEMA } from './trace-schema.js'

/** The values of an attribute, where they are counted. */
const TEXTS = {
  type: 'array',
  items: { type: 'string', minLength: 1, maxLength: 256 },
  minItems: 1,
  maxItems: 256,
  uniqueItems: true,
} as const

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
  processes: {
    type: 'integer',
    minimum: 1,
    maximum: 64,
    default: 1,
    description:
      'Processes that serve the port together; one that dies is replaced. More than one needs a store that they share. `rekey serve --processes` overrides it.',
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
    description: 'Packages of steps and dialects: names of npm packages, or paths that begin with `./`, `../` or `/`.',
  },
  attributes: {
    type: 'object',
    maxProperties: 64,
    additionalProperties: group(
      'An attribute of people beside those that every directory has. Conditions of flows see it as `principal.<name>`, and ask for it with `has` first: somebody may lack it.',
      {
        type: {
          enum: ['string', 'integer', 'boolean', 'array'],
          description: 'What its values are; an `array` is a list of texts.',
        },
        items: group('The texts of a list.', {
          type: { enum: ['string'], default: 'string', description: 'Lists hold texts.' },
          enum: { ...TEXTS, description: 'The texts that may stand in the list. Default: any.' },
        }),
        enum: { ...TEXTS, description: 'The values of a text. Default: any.' },
        description: { type: 'string', maxLength: 512, description: 'What it means, for people.' },
      },
      ['type'],
    ),
    default: {},
    description: 'Further attributes of people, by name: `{ department: { type: string }, vip: { type: boolean } }`.',
  },
  store: STORE_SCHEMA,
  directory: standing('The directory of people: an embedded file, a database, or an LDAP tree.', {
    file: {
      type: 'string',
      minLength: 1,
      description:
        'SQLite file, created when it is not there. Several processes may share it. Default: `.rekey/demo.db` while it is seeded with the people that Rekey ships, else `.rekey/directory.db`.',
    },
    seed: {
      type: 'string',
      minLength: 1,
      description:
        'YAML file of people who are put into the directory once; `demo` for the people that Rekey ships, `none` for nobody. Default: `demo` in `dev` where no `postgres` or `ldap` is named, else `none`.',
    },
    historySize: {
      type: 'integer',
      minimum: 0,
      maximum: 24,
      default: 5,
      description: 'How many earlier passwords of a person are remembered.',
    },
    postgres: POSTGRES_SCHEMA,
    ldap: LDAP_SCHEMA,
  }),
  mail: standing('Sending mail.', {
    mailbox: {
      type: 'boolean',
      default: true,
      description:
        'Whether mails and text messages can be read at `/dev/mailbox` in `dev`. Elsewhere mails without a mail server are kept in memory.',
    },
    file: {
      type: 'string',
      minLength: 1,
      default: '.rekey/mailbox.jsonl',
      description: 'File in which the mailbox of `dev` keeps its messages, 2 MB at most. Processes that share it show the same.',
    },
    from: {
      type: 'string',
      default: 'Rekey <no-reply@localhost>',
      description: 'Sender: an address, or a name and an address in angle brackets.',
    },
    smtp: SMTP,
    providers: SMTP_PROVIDERS,
  }),
  sms: standing('Sending text messages. Without an address they are kept as mails are.', {
    url: {
      type: 'string',
      description: 'Address that takes `{"to", "text", "messageId"}` by POST and answers 2xx; https, or a loopback address.',
    },
    secret: {
      type: 'string',
      secret: true,
      minLength: 16,
      description: 'Signs each call: `Rekey-Signature: t=<seconds>,v1=<hex HMAC-SHA-256 of "<seconds>.<body>">`.',
    },
    timeout: { type: 'string', format: 'duration', default: '10s', description: 'How long a call may take.' },
    providers: SMS_PROVIDERS,
  }),
  validators: {
    type: 'array',
    maxItems: 32,
    items: group(
      'A program or web hook that the step `validator` asks. It takes a `command`, or a `url` with its `secret`.',
      {
        name: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,63}$', description: 'The name by which flows call it.' },
        command: {
          type: 'string',
          minLength: 1,
          description:
            'Command line: the absolute path of a program and its arguments; double quotes group. No shell reads it. The body of the request comes on standard input; the environment is empty but for `PATH` and `LANG`.',
        },
        url: { type: 'string', description: 'Address that takes the body of the request by POST; https, or a loopback address.' },
        secret: { type: 'string', secret: true, minLength: 16, description: 'Signs each call, as in `sms.secret`.' },
        property: { type: 'string', minLength: 1, default: 'result', description: 'Member of the JSON answer that decides.' },
        value: { type: 'string', default: 'ok', description: 'What it must be, compared as text.' },
        timeout: {
          type: 'string',
          format: 'duration',
          default: '10s',
          description: 'Time after which the answer is no; the program is killed then.',
        },
      },
      ['name'],
    ),
    default: [],
    description: 'Programs and web hooks that decide whether a request is right. Whatever goes wrong with one is a no.',
  },
  captcha: CAPTCHA_SCHEMA,
  bearers: standing('Who may call for a person with a bearer token. Login sessions of Rekey are always accepted.', {
    issuers: {
      type: 'array',
      maxItems: 16,
      items: group(
        'An issuer of signed tokens (JWT).',
        {
          issuer: { type: 'string', minLength: 1, description: 'The `iss` of its tokens, to the letter.' },
          audience: { type: 'string', minLength: 1, description: 'What `aud` must name. Default: not looked at.' },
          jwks: { type: 'string', minLength: 1, description: 'Its public keys: an https address, or a file.' },
          algorithms: {
            type: 'array',
            items: { enum: ISSUER_ALGORITHMS },
            minItems: 1,
            uniqueItems: true,
            default: ['RS256'],
            description: 'Algorithms that are accepted; what a token says of itself changes nothing.',
          },
          subject: {
            enum: ['id', 'userName', 'mail', 'principalName'],
            default: 'id',
            description: 'What of a person in the directory the `sub` of a token is.',
          },
          clockSkew: { type: 'string', format: 'duration', default: '30s', description: 'By how much its clock may differ from ours.' },
        },
        ['issuer', 'jwks'],
      ),
      default: [],
      description: 'Issuers whose tokens are accepted.',
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
  passwords: PASSWORDS_SCHEMA,
  limits: standing('Limits of flows that name none. A rate is a count and a window: `5/h`, `3/15m`.', {
    failures: standing('Failed proofs.', {
      principal: { type: 'string', default: '5/h', description: 'Of one person, over all conversations.' },
      inRow: standing('Of one person in a row at one type of step, over all conversations, until one succeeds.', {
        free: { type: 'integer', minimum: 1, maximum: 1_000_000, default: 10, description: 'How many cost nothing.' },
        wait: { type: 'string', format: 'duration', default: '1m', description: 'The wait after those; each further failure doubles it.' },
        longest: { type: 'string', format: 'duration', default: '24h', description: 'The longest wait.' },
        most: {
          type: 'integer',
          minimum: 1,
          maximum: 1_000_000,
          default: 100,
          description:
            'After so many no answer is right until `rekey lockouts clear`. A standard allows 100 (NIST SP 800-63B); flows cannot name more.',
        },
      }),
    }),
    starts: standing('Starts of conversations.', {
      address: { type: 'string', default: '600/h', description: 'From one network address (IPv6: from one /64).' },
      store: {
        type: 'string',
        default: '10000/m',
        description:
          'In one store: of all flows and servers together, from all addresses. It bounds what strangers can make the store hold, so flows cannot name another one. Callers who prove themselves first are not counted.',
      },
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
      'Aids of development: the readable mailbox and the demo people. `auto`: on a loopback `host`, unless `publicUrl` is no loopback address, a proxy is trusted, or `NODE_ENV` is `production`. `true` is refused where others reach the server by one of the three.',
  },
  log: standing('The log.', {
    level: {
      enum: ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'],
      default: 'info',
      description: 'Least weight of a line that is written.',
    },
  }),
  audit: standing('The audit trail: who did what when, for those who have to explain it later.', {
    folder: {
      type: 'string',
      minLength: 1,
      description:
        'Folder of the trail. Each process writes a chain of its own there, in which no line can be changed, taken out or put in unnoticed: `rekey audit verify`. Default: none; the trail goes into the log, unchained.',
    },
    sync: {
      enum: ['always', 'second', 'never'],
      default: 'second',
      description:
        'When lines are forced onto the disk: after each write, once a second, or when the system likes. Only a crash of the machine loses what was not.',
    },
    rotateMegabytes: {
      type: 'integer',
      minimum: 1,
      maximum: 4096,
      default: 64,
      description: 'Size at which a chain goes on in another file.',
    },
  }),
  metrics: standing('Metrics for Prometheus, at `/metrics`. They are off without `port` and `bearer`.', {
    port: {
      type: 'integer',
      minimum: 0,
      maximum: 65_535,
      description: 'TCP port of their own, with `/health` and `/ready` beside them; `0` takes a free one.',
    },
    host: {
      type: 'string',
      minLength: 1,
      default: '127.0.0.1',
      description: 'Address of that port. On anything but a loopback address a `bearer` is needed.',
    },
    bearer: {
      type: 'string',
      secret: true,
      minLength: 16,
      description:
        'What readers send as `Authorization: Bearer`. Where there is no `port`, metrics are served on the main one to whoever sends it.',
    },
  }),
  traces: TRACES_SCHEMA,
  stop: standing('What happens when the process is asked to end.', {
    notice: {
      type: 'string',
      format: 'duration',
      description:
        'How long requests are still taken while `/ready` already says no, so that a load balancer can look elsewhere. Default: none in `dev`, else `5s`.',
    },
  }),
  http: standing('What one caller may take of the server.', HTTP_PROPERTIES),
  trustedProxies: {
    type: 'array',
    items: { type: 'string', minLength: 1 },
    uniqueItems: true,
    default: [],
    description:
      'Networks, as in `10.0.0.0/8`, whose `X-Forwarded-For` is believed. Default: none; the address of a client is that of its socket.',
  },
} as const satisfies Properties

/** The key that is read before all others, as what plugins bring decides what the others may be. */
export const PLUGINS_SCHEMA = group('The plugins of a configuration.', { plugins: CONFIG_PROPERTIES.plugins })

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
    : S extends { readonly type: 'integer' | 'number' }
      ? number
      : S extends { readonly type: 'boolean' }
        ? boolean
        : S extends { readonly type: 'array'; readonly items: infer I extends Schema }
          ? readonly Filled<I>[]
          : S extends { readonly type: 'object'; readonly properties: infer P extends Properties; readonly required: readonly (infer R)[] }
            ? FilledProperties<P, R>
            : S extends { readonly type: 'object'; readonly additionalProperties: infer A extends Schema }
              ? { readonly [name: string]: Filled<A> }
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
