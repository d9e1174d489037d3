/**
 * Reads the body of an answer, and no more of it than is allowed: whoever answers might never end.
 * @param tooLong the error for a body of more than `maxBytes`.
 */
export async function readBounded(response: Response, maxBytes: number, tooLong: () => Error): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.byteLength
    if (size > maxBytes) throw tooLong()
    parts.push(part)
  }
  return Buffer.concat(parts)
}
