import { createHash, createVerify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

/** What a signature says of itself. */
export interface DkimTags {
  readonly [name: string]: string
}

/**
 * Verifies the one DKIM signature of a mail, both parts canonicalised as `relaxed`: a second opinion that shares no code with who signed it.
 * Source: RFC 6376, sections 3.4.2, 3.4.4, 3.5 and 3.7.
 * @returns the tags of the signature; undefined when it does not hold.
 */
export function verifyDkim(raw: string, publicKey: KeyObject): DkimTags | undefined {
  const end = raw.indexOf('\r\n\r\n')
  const headers = raw.slice(0, end).split(/\r\n(?![ \t])/)
  const signature = headers.find((header) => /^dkim-signature:/i.test(header))
  if (signature === undefined) return undefined
  const tags = tagsOf(signature.slice(signature.indexOf(':') + 1))
  if (tags['a'] !== 'rsa-sha256' || tags['c'] !== 'relaxed/relaxed') return undefined
  const bodyHash = createHash('sha256')
    .update(relaxedBody(raw.slice(end + 4)), 'utf8')
    .digest('base64')
  if (bodyHash !== tags['bh']) return undefined
  const left = [...headers]
  const signed = (tags['h'] ?? '').split(':').flatMap((name) => {
    // From the bottom up; a name that is there no more stands for nothing.
    const at = left.findLastIndex((header) => header.slice(0, header.indexOf(':')).trim().toLowerCase() === name.trim().toLowerCase())
    return at < 0 ? [] : left.splice(at, 1).map(relaxedHeader)
  })
  const own = relaxedHeader(signature.replace(/(\bb=)[^;]*/, '$1'))
  const verifier = createVerify('RSA-SHA256').update(`${signed.map((line) => `${line}\r\n`).join('')}${own}`, 'utf8')
  return verifier.verify(publicKey, tags['b'] ?? '', 'base64') ? tags : undefined
}

function tagsOf(text: string): DkimTags {
  return Object.fromEntries(
    text.split(';').flatMap((part) => {
      const [name = '', ...value] = part.split('=')
      return name.trim() === '' ? [] : [[name.trim(), value.join('=').replaceAll(/\s/g, '')]]
    }),
  )
}

function relaxedHeader(header: string): string {
  const colon = header.indexOf(':')
  const value = header
    .slice(colon + 1)
    .replaceAll('\r\n', '')
    .replaceAll(/[ \t]+/g, ' ')
    .trim()
  return `${header.slice(0, colon).trim().toLowerCase()}:${value}`
}

function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replaceAll(/[ \t]+/g, ' ').replace(/ $/, ''))
  const text = lines.join('\r\n').replace(/(\r\n)*$/, '')
  return text === '' ? '' : `${text}\r\n`
}
