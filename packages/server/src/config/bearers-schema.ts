import { ISSUER_ALGORITHMS } from '../adapters/bearers/issuer.js'
import { group, standing } from './groups.js'

/** The keys of `rekey.yaml` below `bearers`. */
export const BEARERS_SCHEMA = standing('Who may call for a person with a bearer token. Login sessions of Rekey are always accepted.', {
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
})
