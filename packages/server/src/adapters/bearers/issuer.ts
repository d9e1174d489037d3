/** Algorithms of issuers: signatures by a key pair only, so that no public key can be used as a shared secret. */
export const ISSUER_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'] as const

export type IssuerAlgorithm = (typeof ISSUER_ALGORITHMS)[number]

/** What of a person the subject of a token is. */
export type SubjectIs = 'id' | 'userName' | 'mail' | 'principalName'

/** Whoever signs bearer tokens that we accept. */
export interface Issuer {
  /** Exactly the `iss` of its tokens. */
  readonly issuer: string
  /** What `aud` must name; absent where the issuer's tokens are for everybody. */
  readonly audience?: string
  /** Where its public keys are: an https address, or the text of a JWKS. */
  readonly keys: { readonly is: 'url'; readonly url: string } | { readonly is: 'jwks'; readonly text: string }
  readonly algorithms: readonly IssuerAlgorithm[]
  readonly subject: SubjectIs
  readonly clockSkewSeconds: number
}
