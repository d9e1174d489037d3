/** Members of our answers that have another name on this wire. */
const WIRE_NAMES: ReadonlyMap<string, string> = new Map([['/filter', '/queryFilter']])

/** A pointer into our answer as a pointer into the wire's `input`: `/filter` is `/queryFilter`, `/answers/answer1` is `/answer1`. */
export function wirePointer(at: string): string {
  return WIRE_NAMES.get(at) ?? at.replace(/^\/answers(?=\/)/, '')
}
