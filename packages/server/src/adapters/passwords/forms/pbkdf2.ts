import { timingSafeEqual } from 'node:crypto'
import { hashingThreads } from '../hashing-threads.js'
import type { ReadHash, StoredForm } from './stored-form.js'
import { ALPHANUMERIC, BASE64, HEX, randomText } from './random-text.js'

type Digest = 'sha1' | 'sha256' | 'sha512'

const DIGEST_BYTES = { sha1: 20, sha256: 32, sha512: 64 } as const satisfies Record<Digest, number>

/** More than anybody configures: a stored hash must not stop the server for minutes. */
const MAX_ITERATIONS = 10_000_000

const DJANGO_SALT = 22

/** One way to write such a hash down: digest, iterations, salt, hash, in this order. */
interface Notation {
  readonly shape: RegExp
  readonly front: RegExp
  readonly salt: (written: string) => Buffer
  readonly hash: (written: string) => Buffer
  readonly tail: (digest: Digest) => string
}

const fromText = (written: string): Buffer => Buffer.from(written, 'utf8')
/** Also the alphabet of passlib, which has `.` for `+`. */
const fromBase64 = (written: string): Buffer => Buffer.from(written.replaceAll('.', '+'), 'base64')
const fromHex = (written: string): Buffer => Buffer.from(written, 'hex')

function base64Length(digest: Digest): number {
  return Math.ceil((DIGEST_BYTES[digest] * 4) / 3)
}

const NOTATIONS: readonly Notation[] = [
  // Django: `pbkdf2_sha256$<iterations>$<salt>$<base64>`.
  {
    shape: /^pbkdf2_(sha1|sha256)\$(\d{1,8})\$([^$]{1,128})\$([A-Za-z0-9+/]{27,43}=)$/,
    front: /^pbkdf2_(sha1|sha256)\$(\d{1,8})\$$/,
    salt: fromText,
    hash: fromBase64,
    tail: (digest) => `${randomText(ALPHANUMERIC, DJANGO_SALT)}$${randomText(BASE64, base64Length(digest))}=`,
  },
  // passlib: `$pbkdf2-sha256$<iterations>$<salt>$<hash>`, where no digest means SHA-1; PHC: `$pbkdf2-sha256$i=<iterations>[,l=<bytes>]$…`.
  {
    shape: /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?(\d{1,8})(?:,l=\d{1,3})?\$([A-Za-z0-9./+]{0,172})\$([A-Za-z0-9./+]{22,86})$/,
    front: /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?(\d{1,8})(?:,l=\d{1,3})?\$$/,
    salt: fromBase64,
    hash: fromBase64,
    tail: (digest) => `${randomText(BASE64, 22)}$${randomText(BASE64, base64Length(digest))}`,
  },
  // Werkzeug: `pbkdf2:sha256:<iterations>$<salt>$<hex>`.
  {
    shape: /^pbkdf2:(sha1|sha256|sha512):(\d{1,8})\$([^$]{1,128})\$((?:[0-9a-f]{2}){20,64})$/,
    front: /^pbkdf2:(sha1|sha256|sha512):(\d{1,8})\$$/,
    salt: fromText,
    hash: fromHex,
    tail: (digest) => `${randomText(ALPHANUMERIC, 16)}$${randomText(HEX, DIGEST_BYTES[digest] * 2)}`,
  },
]

/**
 * PBKDF2 with HMAC, as Django, passlib, the PHC format and Werkzeug write it.
 * Source: RFC 8018 section 5.2; https://docs.djangoproject.com/en/5.2/topics/auth/passwords/;
 * https://passlib.readthedocs.io/en/stable/lib/passlib.hash.pbkdf2_digest.html
 */
export const pbkdf2Form: StoredForm = {
  name: 'pbkdf2',
  begins: /^\$?pbkdf2[$_:-]/,
  read(stored) {
    for (const { shape, salt, hash } of NOTATIONS) {
      const [whole, digestName = 'sha1', count, saltText = '', hashText = ''] = shape.exec(stored) ?? []
      if (whole !== undefined) return readHash(digestName, Number(count), salt(saltText), hash(hashText))
    }
    return undefined
  },
  complete(front) {
    for (const notation of NOTATIONS) {
      const [whole, digestName = 'sha1'] = notation.front.exec(front) ?? []
      if (whole !== undefined && isDigest(digestName)) return `${front}${notation.tail(digestName)}`
    }
    return undefined
  },
}

function pbkdf2Cost(digest: Digest, iterations: number): string {
  return `pbkdf2-${digest} ${iterations}`
}

/** How Django's hashes begin. */
export function djangoFront(iterations: number): string {
  return `pbkdf2_sha256$${iterations}$`
}

/** As Django makes it, which takes letters and digits only for the salt; 22 of them are more than 128 bits. */
export async function makeDjango(text: string, iterations: number): Promise<string> {
  const salt = randomText(ALPHANUMERIC, DJANGO_SALT)
  const hash = await derive(text, Buffer.from(salt, 'utf8'), iterations, DIGEST_BYTES.sha256, 'sha256')
  return `${djangoFront(iterations)}${salt}$${Buffer.from(hash).toString('base64')}`
}

function readHash(digest: string, iterations: number, salt: Buffer, hash: Buffer): ReadHash | undefined {
  if (!isDigest(digest) || iterations < 1 || iterations > MAX_ITERATIONS) return undefined
  // More bytes than the digest has would cost several times the work; fewer are easier to meet by chance.
  if (hash.length > DIGEST_BYTES[digest] || hash.length < 16) return undefined
  return {
    cost: pbkdf2Cost(digest, iterations),
    matches: async (text) => timingSafeEqual(await derive(text, salt, iterations, hash.length, digest), hash),
    covers: () => true,
  }
}

async function derive(text: string, salt: Buffer, iterations: number, length: number, digest: Digest): Promise<Uint8Array> {
  return hashingThreads.run('pbkdf2', text, { salt, iterations, length, digest })
}

function isDigest(name: string): name is Digest {
  return Object.hasOwn(DIGEST_BYTES, name)
}
