import { group, standing } from './groups.js'

const nodes = (description: string) =>
  ({
    type: 'array',
    items: { type: 'string', minLength: 3, maxLength: 260 },
    minItems: 1,
    maxItems: 64,
    uniqueItems: true,
    description,
  }) as const

const file = (description: string) => ({ type: 'string', minLength: 1, description }) as const

/** The key `store`. */
export const STORE_SCHEMA = standing(
  'Where conversations, budgets and owed messages are kept: a Redis that all processes share (`redis`, `sentinel` or `cluster`), or memory where none is named.',
  {
    redis: {
      type: 'string',
      secret: true,
      description:
        'Address of one Redis, `redis://host:6379` or `rediss://` for TLS; `redis://user:password@host:6379/1` with log-in and database. Default: none; everything is kept in memory. `REDIS_URL` overrides it.',
    },
    sentinel: group(
      'A Redis with replicas, whose master the Sentinels know.',
      {
        nodes: nodes('Some of the Sentinels, `host:26379`; the others are found through them.'),
        name: { type: 'string', minLength: 1, maxLength: 128, description: 'What the Sentinels call the master.' },
        user: { type: 'string', minLength: 1, description: 'User to log in to the Sentinels as. Default: the one without a name.' },
        password: { type: 'string', secret: true, minLength: 1, description: 'Password for the Sentinels. Default: no log-in to them.' },
        database: { type: 'integer', minimum: 0, maximum: 1_023, default: 0, description: 'Number of the database.' },
      },
      ['nodes', 'name'],
    ),
    cluster: group(
      'A Redis Cluster.',
      { nodes: nodes('Some of its nodes, `host:6379`; the others are found through them. Name more than one.') },
      ['nodes'],
    ),
    user: {
      type: 'string',
      minLength: 1,
      description: 'User (ACL) to log in as, where the address in `redis` names none. Default: the one without a name.',
    },
    password: { type: 'string', secret: true, minLength: 1, description: 'Password of that user. Default: no log-in.' },
    tls: {
      enum: ['verify', 'off'],
      description:
        'Whether Sentinels and nodes are spoken to over TLS, with their certificates verified. Default: `verify`, but `off` where all `nodes` are loopback addresses. Of `redis` the address says it.',
    },
    caFile: file('File of certificates in PEM that are trusted instead of those that Node trusts.'),
    certFile: file('File of our own certificate in PEM, for a Redis that asks for one.'),
    keyFile: file('File of the private key in PEM of that certificate.'),
    timeout: {
      type: 'string',
      format: 'duration',
      default: '2s',
      description: 'How long one call of Redis may take, connecting included; 10 s at most. Callers are told `unavailable` then.',
    },
    prefix: {
      type: 'string',
      minLength: 1,
      maxLength: 64,
      default: 'rekey:',
      description: 'Begins the name of every key in Redis. Without `{` and `}`.',
    },
  },
)
