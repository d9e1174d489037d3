import { group, standing } from './groups.js'

/** The keys of `rekey.yaml` below `keys`. */
export const KEYS_SCHEMA = standing(
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
)
