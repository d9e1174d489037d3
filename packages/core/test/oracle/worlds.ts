import { leavesOf, type FactValue, type Question, type World } from './question.js'

const NOBODY: World = { state: 'active', groups: [], factors: [], kba: 0, facts: new Map() }

const STATES = ['active', 'locked', 'disabled']
// Every way in which an address can lie to the parts that are asked for.
const MAILS = [undefined, 'ann@corp.example', 'bob@corp.example', 'ann@home.example', 'bob@home.example']
const PHONES = [undefined, '+41790000000', '+49300000000']
const LOCALES = [undefined, 'en', 'de', 'fr']
const FACTORS = [[], ['totp'], ['password'], ['password', 'totp']]
const GROUPS = [[], ['staff'], ['admins'], ['staff', 'admins']].flatMap((own) =>
  [[], ['x'], ['x', 'y']].map((others) => [...own, ...others]),
)
const SIZES = [0, 1, 2, 3, 4]

/** Values that a fact can have: a word of its list, or a level. */
export const WORDS = ['web', 'app', 'desk']
const LEVELS = [0, 1, 2, 3, 4]

/** Every world that differs in something that the questions ask: those that differ in nothing else are one. */
export function worldsOf(questions: readonly Question[]): readonly World[] {
  const leaves = questions.flatMap(leavesOf)
  const asked = new Set(leaves.flatMap(termsOf))
  let worlds: readonly World[] = [NOBODY]
  const vary = <T>(term: string, values: readonly T[], set: (world: World, value: T) => World): void => {
    if (asked.has(term)) worlds = worlds.flatMap((world) => values.map((value) => set(world, value)))
  }
  vary('mail', MAILS, (world, mail) => ({ ...world, mail }))
  vary('phone', PHONES, (world, phone) => ({ ...world, phone }))
  vary('locale', LOCALES, (world, locale) => ({ ...world, locale }))
  vary('state', STATES, (world, state) => ({ ...world, state }))
  vary('factors', FACTORS, (world, factors) => ({ ...world, factors }))
  vary('groups', GROUPS, (world, groups) => ({ ...world, groups }))
  vary('kba', SIZES, (world, kba) => ({ ...world, kba }))
  for (const [name, values] of factValues(leaves)) {
    worlds = worlds.flatMap((world) => values.map((value) => ({ ...world, facts: new Map([...world.facts, [name, value]]) })))
  }
  return worlds
}

function termsOf(leaf: Question): readonly string[] {
  switch (leaf.ask) {
    case 'has':
    case 'part':
      return [leaf.of]
    case 'locale':
    case 'state':
      return [leaf.ask]
    case 'holds':
    case 'size':
      return [leaf.list]
    case 'text':
      return [...leaf.text.matchAll(/principal\.([a-z]+)/gi)].map(([, name = '']) => name)
    case 'written':
    case 'fact':
    case 'input':
    case 'not':
    case 'all':
    case 'any':
      return []
  }
}

/** What was asked for with `has` may be missing, whatever its step declares: a step is not watched while it runs. */
function factValues(leaves: readonly Question[]): ReadonlyMap<string, readonly FactValue[]> {
  const values = new Map<string, readonly FactValue[]>()
  for (const leaf of leaves) {
    if (leaf.ask !== 'written' && leaf.ask !== 'fact') continue
    const own: readonly FactValue[] = leaf.fact === 'level' ? LEVELS : WORDS
    const guarded = leaf.ask === 'written' || leaf.guarded
    values.set(`${leaf.step}.${leaf.fact}`, guarded ? [undefined, ...own] : own)
  }
  return values
}
