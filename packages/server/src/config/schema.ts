import { isJsonObject } from '@rekey/core'
import type { JsonObject, Properties } from '@rekey/core'
import { ATTRIBUTES_SCHEMA } from './attributes-schema.js'
import { BEARERS_SCHEMA } from './bearers-schema.js'
import { CAPTCHA_SCHEMA } from './captcha-schema.js'
import type { FilledProperties } from './filled.js'
import { HTTP_PROPERTIES } from './http-schema.js'
import { KEYS_SCHEMA } from './keys-schema.js'
import { LIMITS_SCHEMA } from './limits-schema.js'
import { PASSWORDS_SCHEMA } from './password-schema.js'
import { LDAP_SCHEMA } from './ldap-schema.js'
import { POSTGRES_SCHEMA } from './postgres-schema.js'
import { STORE_SCHEMA } from './store-schema.js'
import { SMS_PROVIDERS, SMTP, SMTP_PROVIDERS } from './sender-schemas.js'
import { group, standing } from './groups.js'
import { TRACES_SCHEMA } from './trace-schema.js'

/** The keys of `rekey.yaml` but for `dialects`, whose keys the dialects themselves declare. */
const CONFIG_PROPERTIES = {
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
  compiled: {
    type: 'string',
    minLength: 1,
    description:
      'File in which compiled flows are kept, so that the next start need not compile them: worth it for thousands of flows. It is used where files, settings and version are the same and it was written with the same keys; not with plugins. Default: none; every start compiles.',
  },
  plugins: {
    type: 'array',
    items: { type: 'string', minLength: 1 },
    uniqueItems: true,
    default: [],
    description: 'Packages of steps and dialects: names of npm packages, or paths that begin with `./`, `../` or `/`.',
  },
  attributes: ATTRIBUTES_SCHEMA,
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
    tellsAddress: {
      type: 'boolean',
      default: false,
      description:
        'Whether messages tell the network address from which somebody asked for them, beside the time. It lies in the outbox until they are sent, and then in the mailbox of whoever reads them.',
    },
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
  bearers: BEARERS_SCHEMA,
  keys: KEYS_SCHEMA,
  passwords: PASSWORDS_SCHEMA,
  limits: LIMITS_SCHEMA,
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

/** A checked file, defaults filled in. */
export type FilledConfig = FilledProperties<typeof CONFIG_PROPERTIES, never> & {
  readonly dialects: { readonly [name: string]: JsonObject }
}
