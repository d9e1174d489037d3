import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { SmtpFiles, SmtpSettings } from './smtp-settings.js'

/** RFC 8301, section 3.2: verifiers need not take shorter ones. */
const LEAST_BITS = 2_048

/** A file of a mail server's settings does not hold what it should. The message names it and says what to do. */
export class SmtpFileFault extends Error {
  override readonly name = 'SmtpFileFault'
}

/**
 * Reads certificates and the signing key, so that a wrong one is found at start and not with the first mail.
 * @throws SmtpFileFault
 */
export async function readSmtpFiles({ caFile, dkim }: Pick<SmtpSettings, 'caFile' | 'dkim'>): Promise<SmtpFiles> {
  return {
    ...(caFile !== undefined && { ca: await certificates(caFile) }),
    ...(dkim && { dkimKey: await signingKey(dkim.keyFile) }),
  }
}

async function certificates(file: string): Promise<string> {
  const text = await read(file)
  return readAs(text, (pem) => new X509Certificate(pem)) === undefined ? fault(file, 'holds no certificate in PEM') : text
}

async function signingKey(file: string): Promise<string> {
  const text = await read(file)
  const key = readAs(text, (pem) => createPrivateKey(pem))
  const bits = key?.asymmetricKeyType === 'rsa' ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : 0
  return bits < LEAST_BITS
    ? fault(file, `holds no RSA key of ${LEAST_BITS} bits or more: make one with \`openssl genrsa -out dkim.pem ${LEAST_BITS}\``)
    : text
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => fault(file, 'cannot be read: mend its path in `mail`, or who may read it'))
}

function readAs<T>(pem: string, reading: (pem: string) => T): T | undefined {
  try {
    return reading(pem)
  } catch {
    return undefined
  }
}

function fault(file: string, why: string): never {
  throw new SmtpFileFault(`\`${file}\` ${why}`)
}
