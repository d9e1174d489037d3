/** Groups that are members of groups: the members by the outer group's name. */
export type GroupNesting = ReadonlyMap<string, readonly string[]>

/** The groups somebody is in: those given, in their order, then every group around them, the nearest first. Circles do no harm. */
export function withOuterGroups(groups: readonly string[], nesting: GroupNesting): readonly string[] {
  const found = new Set(groups)
  // A set that grows while it is walked gives what was added as well.
  for (const inner of found) {
    for (const [outer, members] of nesting) if (members.includes(inner)) found.add(outer)
  }
  return [...found]
}
