/** A name, perhaps empty, and an address. */
export interface Sender {
  readonly name: string
  readonly address: string
}

/** Reads `Name <address>` or an address alone, as the configuration has checked it, so that the mail client need not parse anything. */
export function readSender(text: string): Sender {
  const [, name, address] = /^([^<>]*)<([^<>]+)>$/.exec(text) ?? []
  return address === undefined ? { name: '', address: text.trim() } : { name: (name ?? '').trim(), address: address.trim() }
}
