import type { Flow, Laid } from './flow.js'
import { anyOf, type Finding } from './finding.js'
import { isUnproved } from './proofs.js'
import { factsIn, holds } from './question.js'
import type { AskedPoint, Walked } from './walk.js'

/** Conditions that decide nothing, steps that nobody comes to, and branches that a stranger can see. */
export function branches(
  { unknownAccount }: Flow,
  { stations }: Laid,
  { entries, questions, choices, worlds }: Walked,
): readonly Finding[] {
  const found: Finding[] = []
  const seeing = entries.filter(({ stop }) => stop.rule.names || stop.rule.about).map(({ stop }) => stop.id)
  // What a step has written that sees the person may be about the person, too.
  const showsPerson = ({ aboutPerson, asked }: AskedPoint): boolean =>
    aboutPerson || factsIn(asked.question).some(({ step }) => seeing.includes(step))
  const alone = ({ asked }: AskedPoint): ReadonlySet<boolean> => new Set(worlds.map((world) => holds(asked.question, world, () => true)))
  for (const point of questions) {
    const { item, asked, paths, held, failed } = point
    const outcomes = alone(point)
    if (!outcomes.has(true)) found.push(anyOf('condition-always-false', [item.id]))
    else if (paths.length > 0 && !held) found.push(anyOf('unreachable-step', [item.id]))
    if (held && !failed) found.push(anyOf('condition-always-true', [`${asked.place} ${outcomes.has(false) ? 'here' : 'anywhere'}`]))
    if (unknownAccount !== 'reveal' && item.asks && showsPerson(point) && held && failed && paths.some(isUnproved))
      found.push(anyOf('visible-branch-before-proof', [item.id]))
  }
  // A choice that everybody comes to and nobody leaves: what stands behind it is dead.
  const isReached = (at: number): boolean => entries.some((entry) => entry.at === at && entry.paths.length > 0)
  const dead = choices.find(({ at, paths }) => paths.length > 0 && stations.every((_, index) => index < at || !isReached(index)))
  const behind = dead && entries.find(({ at }) => at > dead.at)
  if (behind) found.push(anyOf('unreachable-step', [behind.stop.id]))
  return unique(found)
}

/** Two includes of one fragment are read in one place: what is said of it is said once. */
function unique(found: readonly Finding[]): readonly Finding[] {
  return [...new Map(found.map((finding) => [finding.any.join(), finding])).values()]
}
