/** A named, typed need of a step. The server resolves each once, at start. */
export interface Service<T> {
  readonly name: string
  /** Never there at run time; it carries the type. */
  readonly type?: T
}

/** Names a service: `const Mailer = service<Mailer>('Mailer')` beside the interface of the same name. */
export function service<T>(name: string): Service<T> {
  return Object.freeze({ name })
}

/** The services behind what a step's `inject` names. */
export type Services<I> = { readonly [K in keyof I]: I[K] extends Service<infer T> ? T : never }
