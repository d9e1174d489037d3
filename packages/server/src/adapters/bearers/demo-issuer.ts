import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { isJsonObject } from '@rekey/core'
import { importJWK, SignJWT } from 'jose'
import type { JWK } from 'jose'
import { openPrivateFile } from '../keys/private-file.js'
import type { Issuer } from './issuer.js'

/** The issuer of tokens for trying out. Its name resolves nowhere. */
const DEMO_ISSUER = 'https://issuer.demo.invalid'

/** Who demo tokens are for. */
const DEMO_AUDIENCE = 'rekey-demo'

/** Life of a demo token in seconds, that of the tokens whose place they take. */
const DEMO_TOKEN_SECONDS = 86_400

const RSA_BITS = 2_048

/** A key pair of this installation that signs tokens for the demo people. In development only. */
export interface DemoIssuer {
  readonly issuer: Issuer
  /**
   * Signs a token.
   * @param subject the directory's id of the person.
   * @param now seconds since the epoch.
   */
  mint(subject: string, now: number, scopes?: readonly string[]): Promise<string>
}

/**
 * Opens the key pair of the demo issuer, and makes it when it is not there.
 * @param path absolute; the file is readable by its owner only.
 * @throws KeyFileFault when others can read the file, or it holds no key pair.
 */
export async function openDemoIssuer(path: string): Promise<DemoIssuer> {
  const key = await openPrivateFile(path, freshKey, readKey)
  const { kty, n, e, kid } = key
  const jwks = { keys: [{ kty, n, e, kid, alg: 'RS256', use: 'sig' }] }
  const signing = await importJWK(key, 'RS256')
  return {
    issuer: {
      issuer: DEMO_ISSUER,
      audience: DEMO_AUDIENCE,
      keys: { is: 'jwks', text: JSON.stringify(jwks) },
      algorithms: ['RS256'],
      subject: 'id',
      clockSkewSeconds: 30,
    },
    mint: (subject, now, scopes = ['profile', 'cidaas:users_write']) =>
      new SignJWT({ sub: subject, scopes: [...scopes] })
        .setProtectedHeader({ alg: 'RS256', kid })
        .setIssuer(DEMO_ISSUER)
        .setAudience(DEMO_AUDIENCE)
        .setIssuedAt(now)
        .setExpirationTime(now + DEMO_TOKEN_SECONDS)
        .setJti(randomBytes(16).toString('hex'))
        .sign(signing),
  }
}

function freshKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: RSA_BITS })
  return `${JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: randomBytes(8).toString('hex') }, undefined, 2)}\n`
}

/** @returns undefined when it is no private RSA key. */
function readKey(text: string): (JWK & { readonly kid: string }) | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isPrivateKey(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isPrivateKey(value: unknown): value is JWK & { readonly kid: string } {
  return isJsonObject(value) && value['kty'] === 'RSA' && ['n', 'e', 'd', 'kid'].every((name) => typeof value[name] === 'string')
}
