const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The bytes of an `objectGUID` as Microsoft writes them: the first three groups are little-endian. @returns undefined for other than 16 bytes. */
export function guidText(bytes: Buffer | undefined): string | undefined {
  if (bytes?.length !== 16) return undefined
  const hex = swapped(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** @returns undefined for what `guidText` would not have written. */
export function guidBytes(text: string): Buffer | undefined {
  return GUID.test(text) ? swapped(Buffer.from(text.replaceAll('-', ''), 'hex')) : undefined
}

function swapped(bytes: Buffer): Buffer {
  const group = (from: number, to: number) => bytes.subarray(from, to).toReversed()
  return Buffer.concat([group(0, 4), group(4, 6), group(6, 8), bytes.subarray(8)])
}
