/**
 * A part of which some calls are run by somebody, some are others, and the rest is as it was. Each member is looked up once.
 * @param traced names of methods that give a promise; `all` where there are no others.
 * @param others in the place of members of that name.
 */
export function tracedPart<T extends object>(
  part: T,
  traced: readonly (keyof T & string)[] | 'all',
  run: (name: string, call: () => unknown) => Promise<unknown>,
  others: Partial<T> = {},
): T {
  const watched: ReadonlySet<PropertyKey> | undefined = traced === 'all' ? undefined : new Set(traced)
  const members = new Map<PropertyKey, unknown>(Object.entries(others))
  return new Proxy(part, {
    get(target, name) {
      if (members.has(name)) return members.get(name)
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      const call = (...args: readonly unknown[]): unknown => Reflect.apply(member, target, args)
      const kept = (watched?.has(name) ?? true) ? (...args: readonly unknown[]) => run(String(name), () => call(...args)) : call
      members.set(name, kept)
      return kept
    },
  })
}
