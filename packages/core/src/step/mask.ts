/**
 * Masks a mail address the way people recognise theirs and strangers learn nothing: the length stays, of n characters before the `@` the
 * first third and the last fifth, of the domain the first and last character of what stands before its last dot.
 * @returns stars only for text that is no address.
 */
export function maskMail(address: string): string {
  const at = address.lastIndexOf('@')
  if (at < 1) return '*'.repeat(address.length)
  const local = address.slice(0, at)
  const domain = address.slice(at + 1)
  const dot = domain.lastIndexOf('.')
  const name = dot > 0 ? domain.slice(0, dot) : domain
  const rest = dot > 0 ? domain.slice(dot) : ''
  const head = local.length < 4 ? 1 : Math.ceil(local.length / 3)
  const tail = local.length < 4 ? 0 : Math.floor(local.length / 5)
  return `${masked(local, head, tail)}@${masked(name, 1, name.length > 2 ? 1 : 0)}${rest}`
}

function masked(text: string, head: number, tail: number): string {
  return text.slice(0, head) + '*'.repeat(Math.max(0, text.length - head - tail)) + (tail > 0 ? text.slice(-tail) : '')
}

/** Masks a phone number down to its last three digits. */
export function maskPhone(phone: string): string {
  return '*'.repeat(Math.max(0, phone.length - 3)) + phone.slice(-3)
}
