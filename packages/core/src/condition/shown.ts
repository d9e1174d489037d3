/** Members that the answer to a question has shown to be there, in canonical spelling. */
export type Shown = ReadonlySet<string>

export const NOTHING: Shown = new Set()

/** What both of two answers show, when both are given. */
export function together(one: Shown, other: Shown): Shown {
  return one.size === 0 ? other : other.size === 0 ? one : new Set([...one, ...other])
}

/** What is shown whichever of two answers is given. */
export function common(one: Shown, other: Shown): Shown {
  return one.size === 0 || other.size === 0 ? NOTHING : new Set([...one].filter((each) => other.has(each)))
}
