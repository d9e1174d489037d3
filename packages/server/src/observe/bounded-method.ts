const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** A method as metrics and traces name it: callers can make up as many as they like. */
export function boundedMethod(method: string): string {
  return METHODS.has(method) ? method : 'other'
}
