/**
 * The same service with some of its methods replaced, so that a test can watch it, hold it up or make it fail. Everything else goes to the
 * real one, which keeps its private members.
 */
export function overridden<T extends object>(service: T, methods: Partial<T>): T {
  return new Proxy(service, {
    get(target, name) {
      const own: unknown = Reflect.get(methods, name)
      if (own !== undefined) return own
      const value: unknown = Reflect.get(target, name, target)
      // Bound, because private members are looked up on the real object only.
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

/** A promise that a test settles when its moment has come. */
export function gate<T = void>(): { readonly passed: Promise<T>; open(value: T): void } {
  let open: (value: T) => void = () => undefined
  const passed = new Promise<T>((resolve) => (open = resolve))
  return { passed, open: (value) => open(value) }
}
