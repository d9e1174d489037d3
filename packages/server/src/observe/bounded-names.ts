/**
 * Names that label metrics, as many as there may be: each label value is a time series for ever, so what comes after the first ones is counted as
 * `other`.
 */
export class BoundedNames {
  readonly #known = new Set<string>()

  constructor(private readonly most: number) {}

  of(name: string): string {
    if (this.#known.has(name)) return name
    if (this.#known.size >= this.most) return 'other'
    this.#known.add(name)
    return name
  }
}
