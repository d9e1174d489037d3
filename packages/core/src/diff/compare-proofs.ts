import { showPath } from '../compile/path.js'
import { showCondition } from '../compile/show-condition.js'
import type { LinkedFlow } from '../compile/linked-flow.js'
import { consistent } from '../condition/consistent.js'
import { quoteAll } from '../diagnostics/quote.js'
import type { Decisions } from '../machine/condition.js'
import type { Compared } from './compared.js'
import { alikeIn } from './alike.js'
import { agrees, easierThan, passagesOf, type Easier, type Passage } from './easier.js'
import { EFFECT_WORDS, EFFECTS, type Effect } from './effects.js'
import { finding, type DiffFinding } from './finding.js'
import { areAsHard, isLike, showObstacles, type Obstacle } from './obstacle.js'
import { inOldNames } from './rename.js'
import { keyOfObstacles, waysThrough, type Way } from './ways.js'

/** So many ways are shown of one effect; the reader has understood by then. */
const MOST_SHOWN = 3

/** What changes and sessions take now, and what they took before. */
export function compareProofs(pair: Compared): readonly DiffFinding[] {
  const { old, now, renamed, domains } = pair
  if (old.compiled.hash === now.compiled.hash) return []
  const alike = alikeIn(pair)
  const [before, after] = [waysThrough(old.linked, alike.old), waysThrough(now.linked, alike.now)]
  const besides = alike.now.size === 0 ? [] : [`beside ${quoteAll([...alike.now].map(({ id }) => id))}, asked of the same people as before`]
  if (before.tooMany || after.tooMany) {
    return [tooMany(now.linked)]
  }
  return EFFECTS.flatMap((effect) => {
    const olds = passagesOf(before.to.get(effect) ?? [], old.linked)
    const news = passagesOf(after.to.get(effect) ?? [], now.linked, (atom) => inOldNames(atom, renamed))
    if (olds.length === 0) return firstOf(news).map((passage) => newEffect(effect, passage))
    if (news.length === 0)
      return [
        finding('change', 'proof', `${EFFECT_WORDS[effect].replace('can be', 'can no longer be')} by this flow`, {
          at: placeOf(now.linked),
        }),
      ]
    const easier = easierThan(olds, news, domains)
    const harder = easierThan(news, olds, domains)
    // Where something became harder, what is as hard stands in its place; else it stands beside what there was.
    const beside =
      harder.length > 0
        ? []
        : easierThan(olds, news, domains, isLike).filter(({ passage }) => easier.every((one) => one.passage !== passage))
    const found = [
      ...shown(easier).map((one) => weaker(effect, one, olds, domains)),
      ...shown(beside).map((one) => another(effect, one)),
      ...shown(harder).map((one) => stronger(effect, one, news, now.linked, domains)),
    ]
    return found.map((one) => ({ ...one, details: [...one.details, ...besides] }))
  })
}

/** What a flow that is new lets people do with less than any flow did before. */
export function newlyEasier(flow: LinkedFlow, others: readonly LinkedFlow[]): readonly DiffFinding[] {
  const domains = new Map([...others, flow].flatMap((each) => [...each.domains]))
  const after = waysThrough(flow)
  if (after.tooMany) return [tooMany(flow)]
  const before = others.map((other) => ({ other, ways: waysThrough(other) }))
  return EFFECTS.flatMap((effect) => {
    const olds = before.flatMap(({ other, ways }) => passagesOf(ways.to.get(effect) ?? [], other))
    const news = passagesOf(after.to.get(effect) ?? [], flow)
    const easier = olds.length === 0 ? [] : shown(easierThan(olds, news, domains))
    if (easier.length > 0) return easier.map((one) => weaker(effect, one, olds, domains, 'with less than any flow took before'))
    return firstOf(news).map(({ way }) =>
      finding('note', 'proof', `${EFFECT_WORDS[effect]}: ${showObstacles(way.obstacles)}`, {
        at: lastOf(way),
        details: [`by ${showPath(way.steps)}`],
      }),
    )
  })
}

function tooMany(flow: LinkedFlow): DiffFinding {
  return finding('danger', 'proof', 'too many conditions to compare what changes take: look for yourself', { at: placeOf(flow) })
}

function newEffect(effect: Effect, { way, obstacles }: Passage): DiffFinding {
  return finding('danger', 'proof', `${EFFECT_WORDS[effect]}, which this flow did not do: ${showObstacles(obstacles)}`, {
    at: lastOf(way),
    details: [`by ${showPath(way.steps)}`],
  })
}

function another(effect: Effect, { passage: { way, obstacles, says }, people }: Easier): DiffFinding {
  return finding('change', 'proof', `${EFFECT_WORDS[effect]} another way, no easier than before: ${showObstacles(obstacles)}`, {
    at: lastOf(way),
    details: [`by ${showPath(way.steps)}`, whom(people), saying(says)],
  })
}

function weaker(
  effect: Effect,
  { passage, people }: Easier,
  olds: readonly Passage[],
  domains: LinkedFlow['domains'],
  less?: string,
): DiffFinding {
  const { way, obstacles, says } = passage
  const before = olds.filter((old) => meets(people, old, domains))
  const more = {
    at: lastOf(way),
    details: [`by ${showPath(way.steps)}`, `before: ${before.length === 0 ? 'not at all' : eachOnce(before)}`, whom(people), saying(says)],
  }
  const gates = missingGates(obstacles, before)
  if (gates.length > 0) return finding('danger', 'proof', `${EFFECT_WORDS[effect]} by people whom ${quoteAll(gates)} kept out`, more)
  return finding('danger', 'proof', `${EFFECT_WORDS[effect]} ${less ?? howMuchLess(obstacles, before)}: ${showObstacles(obstacles)}`, more)
}

function stronger(
  effect: Effect,
  { passage, people }: Easier,
  news: readonly Passage[],
  flow: LinkedFlow,
  domains: LinkedFlow['domains'],
): DiffFinding {
  const now = news.filter((one) => meets(people, one, domains))
  const no = EFFECT_WORDS[effect].replace('can be', 'can no longer be')
  return finding('note', 'proof', `${no} with ${showObstacles(passage.obstacles)} alone`, {
    at: now[0] ? lastOf(now[0].way) : placeOf(flow),
    details: [`now: ${now.length === 0 ? 'not at all' : eachOnce(now)}`, whom(people)],
  })
}

function howMuchLess(obstacles: readonly Obstacle[], before: readonly Passage[]): string {
  if (before.length === 0) return 'by people who could not'
  if (before.some((old) => old.obstacles.length > obstacles.length && areAsHard(old.obstacles, obstacles))) return 'with less'
  return before.some((old) => areAsHard(old.obstacles, obstacles)) ? 'with a weaker proof' : 'with another proof'
}

/** The gates of the old ways, where the proofs on the way are as hard as before and only gates are missing. */
function missingGates(obstacles: readonly Obstacle[], before: readonly Passage[]): readonly string[] {
  const proofs = obstacles.filter(({ is }) => is === 'proof')
  const alike = before.find((old) =>
    areAsHard(
      proofs,
      old.obstacles.filter(({ is }) => is === 'proof'),
    ),
  )
  const types = obstacles.flatMap((one) => (one.is === 'gate' ? [one.type] : []))
  return (alike?.obstacles ?? []).flatMap((one) => (one.is === 'gate' && !types.includes(one.type) ? [one.step] : []))
}

function meets(people: Decisions, { people: others }: Passage, domains: LinkedFlow['domains']): boolean {
  return agrees(people, others) && consistent(new Map([...people, ...others]), domains)
}

/** The easiest of each kind, a few of them. */
function shown(found: readonly Easier[]): readonly Easier[] {
  const kinds = new Map<string, Easier>()
  for (const one of found.toSorted((a, b) => a.passage.obstacles.length - b.passage.obstacles.length || a.people.size - b.people.size)) {
    const key = keyOfObstacles(one.passage.obstacles)
    if (kinds.has(key)) continue
    const easier = [...kinds.values()].some(
      (other) => agrees(other.people, one.people) && areAsHard(one.passage.obstacles, other.passage.obstacles),
    )
    if (!easier) kinds.set(key, one)
  }
  return [...kinds.values()].slice(0, MOST_SHOWN)
}

function firstOf(passages: readonly Passage[]): readonly Passage[] {
  return passages.toSorted((one, other) => one.obstacles.length - other.obstacles.length).slice(0, 1)
}

function eachOnce(passages: readonly Passage[]): string {
  const kinds = new Map(passages.map(({ obstacles }) => [keyOfObstacles(obstacles), showObstacles(obstacles)]))
  const texts = [...kinds.values()].slice(0, MOST_SHOWN)
  return `${texts.join(', or ')}${kinds.size > MOST_SHOWN ? ', or …' : ''}`
}

function whom(people: Decisions): string | undefined {
  return people.size === 0 ? undefined : `where ${conditions(people)}`
}

function saying(says: Decisions): string | undefined {
  return says.size === 0 ? undefined : `where the caller chooses ${conditions(says)}`
}

function conditions(decided: Decisions): string {
  const atoms = [...decided].map(([text, holds]) => showCondition(holds ? { is: 'cel', text } : { is: 'not', of: { is: 'cel', text } }))
  return atoms.map((atom) => `\`${atom}\``).join(' and ')
}

function lastOf({ steps }: Way): DiffFinding['at'] {
  return steps.at(-1)
}

function placeOf({ file, source }: LinkedFlow): DiffFinding['at'] {
  return { file, span: source.id?.span ?? { start: 0, end: 0 } }
}
