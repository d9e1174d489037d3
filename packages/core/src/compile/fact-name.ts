/** A fact as steps name it in `reads`: `<step type>.<fact>`. */
export interface FactName {
  readonly type: string
  readonly fact: string
}

export function parseFactName(name: string): FactName {
  const dot = name.lastIndexOf('.')
  return { type: name.slice(0, dot), fact: name.slice(dot + 1) }
}
