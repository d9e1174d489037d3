/**
 * An object that hands every call on to the one that stands there now, so that an engine that was linked once can serve one world after the
 * other.
 * @param instead members that are taken from here.
 */
export function forwarded<T extends object>(current: () => T, instead: Partial<T> = {}): T {
  const get = (_: T, name: string | symbol): unknown => {
    const target = name in instead ? instead : current()
    const member: unknown = Reflect.get(target, name, target)
    return typeof member === 'function' ? (...given: unknown[]): unknown => Reflect.apply(member, target, given) : member
  }
  // No member of the target itself is ever read.
  return new Proxy({} as T, { get })
}
