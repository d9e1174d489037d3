import { group, standing } from './groups.js'

/** The keys of `passwords`. */
export const PASSWORDS_SCHEMA = standing('What a new password must be, and how passwords are kept.', {
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
  breached: group(
    'Refuse passwords that were seen in breaches. It takes a `range` or a `file`. Default: only the common ones are refused.',
    {
      range: group(
        'A service that is told the first five characters of the SHA-1 of a new password and gives the rest of all that it knows under them.',
        {
          url: {
            type: 'string',
            description:
              'Address that the five characters are put behind, as in `https://pwned.example.com/range/`; https, or a loopback address.',
          },
          timeout: { type: 'string', format: 'duration', default: '3s', description: 'How long a call may take.' },
          padding: {
            type: 'boolean',
            default: true,
            description: 'Whether lines that mean nothing are asked for (`Add-Padding`), so that the size of an answer tells nothing.',
          },
        },
        ['url'],
      ),
      file: {
        type: 'string',
        minLength: 1,
        description:
          'File of lines `<SHA-1 in hex>:<count>`, sorted by the hash, as Pwned Passwords gives it. It is searched on the disk; replace it by renaming another one over it, and restart.',
      },
      minCount: {
        type: 'integer',
        minimum: 1,
        maximum: 1_000_000_000,
        default: 1,
        description: 'How often a password must have been seen to be refused.',
      },
      onFault: {
        enum: ['refuse', 'allow'],
        default: 'refuse',
        description:
          'What happens while the service or the file cannot be read: `refuse` answers `unavailable` and changes nothing, `allow` takes the password and says so in the log.',
      },
    },
  ),
  hashing: standing('Cost of argon2id, and how much is hashed at a time.', {
    memoryKiB: { type: 'integer', minimum: 8, maximum: 1_048_576, default: 19_456, description: 'Memory of one hash in KiB.' },
    passes: { type: 'integer', minimum: 1, maximum: 16, default: 2, description: 'Passes over it.' },
    lanes: { type: 'integer', minimum: 1, maximum: 16, default: 1, description: 'Threads of one hash.' },
    concurrency: {
      type: 'integer',
      minimum: 1,
      maximum: 64,
      description:
        'Hashes at a time, each on a thread of its own. Default: one for each core but one, so that requests are still answered, and four at the most.',
    },
    queue: {
      type: 'integer',
      minimum: 0,
      maximum: 10_000,
      default: 256,
      description: 'Hashes that may wait; whoever comes after them is answered with `unavailable`.',
    },
    older: {
      type: 'array',
      items: { type: 'string', minLength: 3, maxLength: 64 },
      maxItems: 4,
      uniqueItems: true,
      default: [],
      description:
        'How hashes begin that people still have from another program or at another cost, up to the salt: `$2b$12$`, `$6$rounds=5000$`. Each verification then does the work of each of them, so that time does not tell who exists; take them out once few are left. They are read without being named here.',
    },
  }),
})
