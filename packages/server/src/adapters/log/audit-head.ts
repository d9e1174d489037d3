/** How far a chain had come. Whoever keeps one elsewhere notices that the chain was cut off before it. */
export interface ChainHead {
  readonly chain: string
  readonly seq: number
  readonly mac: string
}

/** `<chain>:<line>:<mac>`, as the log tells it. @returns undefined for anything else. */
export function readHead(text: string): ChainHead | undefined {
  const [, chain, seq, mac] = /^([0-9a-f]{16}):(\d{1,15}):([\w-]{43})$/.exec(text) ?? []
  return chain === undefined || mac === undefined ? undefined : { chain, seq: Number(seq), mac }
}
