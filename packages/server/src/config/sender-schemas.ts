import { SMTP_TLS } from '../adapters/mail/smtp/smtp-settings.js'
import { group, standing } from './groups.js'

const duration = (fallback: string, description: string) =>
  ({ type: 'string', format: 'duration', default: fallback, description }) as const

const SMTP_KEYS = {
  host: {
    type: 'string',
    maxLength: 253,
    pattern: '^[A-Za-z0-9:](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?$',
    description: 'Name or IP address of the mail server. Its certificate must be made out to it.',
  },
  port: { type: 'integer', minimum: 1, maximum: 65_535, description: 'Its port. Default: 465 with `tls: implicit`, else 587.' },
  user: { type: 'string', minLength: 1, description: 'User to log in as. Default: no log-in.' },
  password: {
    type: 'string',
    secret: true,
    minLength: 1,
    description: 'Password of that user. It is sent over TLS, or to this machine, only.',
  },
  tls: {
    enum: SMTP_TLS,
    default: 'required',
    description:
      '`required`: STARTTLS, or nothing is sent. `implicit`: TLS from the first byte. `opportunistic`: STARTTLS where it is offered. `none`: in clear. A certificate that is not good is refused in each of them.',
  },
  caFile: {
    type: 'string',
    minLength: 1,
    description: 'File of certificates in PEM that are trusted instead of those that Node trusts, for a mail server of your own.',
  },
  pool: standing('Connections to the mail server. They stay open between mails.', {
    connections: {
      type: 'integer',
      minimum: 1,
      maximum: 64,
      default: 32,
      description:
        'At once, of one process, at the most. Eight are enough while all goes well; the others are for recipients at whom the mail server hangs, so that they keep nobody waiting.',
    },
    messages: {
      type: 'integer',
      minimum: 1,
      maximum: 10_000,
      default: 100,
      description: 'Mails over one connection, after which it is made anew.',
    },
  }),
  timeouts: standing('How long to wait for the mail server, one minute at most.', {
    connect: duration('10s', 'Until it greets.'),
    idle: duration('15s', 'Between two replies.'),
    send: duration('30s', 'For a whole mail, connecting included.'),
  }),
  dkim: group(
    'Signature of mails (DKIM). Default: not signed here.',
    {
      domain: {
        type: 'string',
        pattern: '^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$',
        description: 'Domain that signs; that of `mail.from`.',
      },
      selector: {
        type: 'string',
        pattern: '^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$',
        description: 'Selector: the public key stands in the DNS under `<selector>._domainkey.<domain>`.',
      },
      keyFile: { type: 'string', minLength: 1, description: 'File of the private key in PEM, RSA of 2048 bits or more.' },
    },
    ['domain', 'selector', 'keyFile'],
  ),
} as const

const name = { type: 'string', pattern: '^[a-z][a-z0-9-]{0,31}$', description: 'Names it in logs.' } as const

/** The one mail server. */
export const SMTP = group('A mail server (SMTP). Default: none.', SMTP_KEYS, ['host'])

/** Several of them. */
export const SMTP_PROVIDERS = {
  type: 'array',
  minItems: 1,
  maxItems: 8,
  items: group('A mail server of several, with the keys of `mail.smtp`.', { name, ...SMTP_KEYS }, ['name', 'host']),
  description:
    'Mail servers in order, instead of `smtp`: a mail goes to the first one that takes it, with the same Message-ID. One that fails is asked last for half a minute.',
} as const

/** Several providers of text messages. */
export const SMS_PROVIDERS = {
  type: 'array',
  minItems: 1,
  maxItems: 8,
  items: group(
    'A provider of text messages of several.',
    {
      name,
      url: { type: 'string', description: 'As `sms.url`.' },
      secret: { type: 'string', secret: true, minLength: 16, description: 'As `sms.secret`.' },
      timeout: duration('10s', 'As `sms.timeout`.'),
    },
    ['name', 'url', 'secret'],
  ),
  description: 'Providers in order, instead of `url`: a message goes to the first one that takes it, with the same `messageId`.',
} as const
