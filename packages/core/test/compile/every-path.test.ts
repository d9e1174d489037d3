import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileFlows, earns, SourceFile, type Diagnostic, type Evidence, type Required } from '../../src/index.js'
import { registry } from './registry.js'

// The compiler walks all paths of a flow together. Here every path is walked alone, one after the other, by rules that are written down a
// second time and share no code with it; both must find the same.

interface Rule {
  readonly proves?: { readonly class: Evidence['class']; readonly channel: Evidence['channel'] }
  readonly is?: 'naming' | 'change' | 'questions' | 'writer' | 'reader'
  /** Whether it is about a person who must be known. */
  readonly about?: true
  readonly caller?: true
  /** A change for which a session is proof enough. */
  readonly first?: true
}

const RULES = {
  parameters: { is: 'writer' },
  'acme/confirm': { is: 'reader' },
  userQuery: { is: 'naming' },
  signedIn: { is: 'naming', caller: true, proves: { class: 'session', channel: 'session' } },
  trustedCaller: { caller: true, proves: { class: 'vouched', channel: 'session' } },
  emailValidation: { about: true, proves: { class: 'possession', channel: 'email' } },
  smsValidation: { about: true, proves: { class: 'possession', channel: 'sms' } },
  totp: { about: true, proves: { class: 'possession', channel: 'app' } },
  currentPassword: { about: true, proves: { class: 'knowledge', channel: 'knowledge' } },
  kba: { about: true, is: 'questions', proves: { class: 'knowledge', channel: 'knowledge' } },
  reset: { about: true, is: 'change' },
  issueSession: { about: true, is: 'change' },
  firstPassword: { about: true, is: 'change', first: true },
} as const satisfies Record<string, Rule>

type Type = keyof typeof RULES

/** One station: the types of its options; several make a choice. */
type Stations = readonly (readonly Type[])[]

interface Flow {
  readonly require: Required
  readonly stations: Stations
}

interface Step {
  readonly id: string
  readonly type: Type
}

type Path = readonly Step[]

const ruleOf = ({ type }: Step): Rule => RULES[type]
const idOf = (at: number, option: number) => `s${at}${'abc'[option] ?? 'z'}`
const stepsOf = ({ stations }: Flow): readonly (readonly Step[])[] =>
  stations.map((types, at) => types.map((type, option) => ({ id: idOf(at, option), type })))

/** Every path up to a station, the first options first. */
function pathsTo(steps: readonly (readonly Step[])[], at: number): readonly Path[] {
  return steps
    .slice(0, at)
    .reduce<readonly Path[]>((paths, options) => paths.flatMap((path) => options.map((step) => [...path, step])), [[]])
}

const show = (path: Path) => path.map(({ id }) => `\`${id}\``).join(' -> ')
const proofsOn = (path: Path) => path.filter((step) => ruleOf(step).proves !== undefined)
const onlyQuestions = (path: Path) => proofsOn(path).every((step) => ruleOf(step).is === 'questions')

/** Why the proofs of a path do not earn a change; undefined when they do. */
function lack(path: Path, change: Step, required: Required): string | undefined {
  const proofs = proofsOn(path).flatMap((step) => ruleOf(step).proves ?? [])
  if (required === 'vouched') return proofs.some((proof) => proof.class === 'vouched') ? undefined : 'unproven-change'
  const factors = proofs.filter((proof) => proof.class !== 'vouched')
  if (factors.length === 0) return 'unproven-change'
  if (ruleOf(change).first !== true && factors.every((proof) => proof.class === 'session')) return 'session-alone'
  if (factors.length < required.factors) return 'weak-proof'
  const channels = new Set(factors.map(({ channel }) => channel))
  return required.distinctChannels && channels.size < required.factors ? 'same-channel' : undefined
}

/** What must be reported, as `code step` or `code step path`. */
function expected(flow: Flow): readonly string[] {
  const steps = stepsOf(flow)
  const all = steps.flatMap((options, at) => options.map((step) => ({ step, at, paths: pathsTo(steps, at) })))
  const namedBefore = (at: number) => steps.slice(0, at).some((options) => options.some((step) => ruleOf(step).is === 'naming'))
  const found: string[] = []

  for (const { step, at } of all) {
    const again = ruleOf(step).is === 'naming' && namedBefore(at)
    if (again) found.push(`named-twice ${step.id}`)
    const behind = steps.slice(0, at).some((options) => options.some((other) => ruleOf(other).caller !== true))
    if (ruleOf(step).caller === true && behind && !again) found.push(`caller-not-first ${step.id}`)
  }

  const early = all.find(({ step, at }) => ruleOf(step).about === true && !namedBefore(at))
  if (early) found.push(`needs-principal ${early.step.id}`)

  for (const { step, paths } of all.filter((one) => ruleOf(one.step).is === 'reader')) {
    const without = paths.filter((path) => !path.some((other) => ruleOf(other).is === 'writer'))
    const [first] = without
    if (first) found.push(`unwritten-fact ${step.id}${without.length < paths.length ? ` ${show([...first, step])}` : ''}`)
  }

  const changes = all.filter(({ step }) => ruleOf(step).is === 'change')
  const [unearned] = changes.flatMap(({ step, paths }) => {
    const path = paths.find((one) => lack(one, step, flow.require) !== undefined)
    return path ? [`${lack(path, step, flow.require)} ${show([...path, step])}`] : []
  })
  if (unearned !== undefined) found.push(unearned)

  const [alone] = changes.flatMap(({ step, paths }) => {
    const path = paths.find((one) => lack(one, step, flow.require) === undefined && proofsOn(one).length > 0 && onlyQuestions(one))
    return path ? [`questions-alone ${step.id} ${proofsOn(path)[0]?.id}`] : []
  })
  if (alone !== undefined) found.push(alone)

  const first = all.find(({ step, paths }) => ruleOf(step).is === 'questions' && paths.some(onlyQuestions))
  const rests = changes.some(({ paths }) => paths.some((path) => first && path.includes(first.step) && onlyQuestions(path)))
  if (first && namedBefore(first.at) && !rests) found.push(`questions-first ${first.step.id}`)
  return found.toSorted()
}

/** What was reported, in the same form. */
function reported({ code, message, related = [] }: Diagnostic): string {
  const names = [...message.matchAll(/`(s\d+[a-c])`/g)].map(([, name = '']) => name)
  const path = /`s\d+[a-c]`(?: -> `s\d+[a-c]`)+/
  switch (code) {
    case 'unproven-change':
    case 'session-alone':
    case 'weak-proof':
      return `${code} ${/the path (`.*`) (?:proves|vouches)/.exec(message)?.[1]}`
    case 'same-channel':
      return `${code} ${path.exec(related.map((place) => place.message).join('; '))?.[0]}`
    case 'unwritten-fact':
      return [code, names[0], ...(path.exec(message)?.slice(0, 1) ?? [])].join(' ')
    case 'questions-alone':
      return `${code} ${names[0]} ${names[1]}`
    default:
      return `${code} ${names[0]}`
  }
}

const write = ({ require, stations }: Flow) =>
  JSON.stringify({
    flow: 'generated',
    require,
    steps: stations.map((types, at) => {
      const items = types.map((type, option) => ({ [type]: null, id: idOf(at, option) }))
      return items.length === 1 ? items[0] : { choose: items, id: `c${at}` }
    }),
  })

const compile = (flow: Flow) => compileFlows([new SourceFile('flow.yaml', write(flow))], registry)

const optionTypes = fc.constantFrom<Type>(
  'emailValidation',
  'smsValidation',
  'totp',
  'kba',
  'kba',
  'currentPassword',
  'parameters',
  'acme/confirm',
)
const stepTypes = fc.oneof(
  optionTypes,
  fc.constantFrom<Type>('parameters', 'reset', 'issueSession', 'firstPassword', 'userQuery', 'signedIn', 'trustedCaller'),
)
const station = fc.oneof(
  stepTypes.map((type): readonly Type[] => [type]),
  fc.array(optionTypes, { minLength: 2, maxLength: 3 }),
)
const opening = fc.constantFrom<Stations>(
  [],
  [['userQuery']],
  [['parameters'], ['userQuery']],
  [['signedIn']],
  [['signedIn']],
  [['trustedCaller'], ['userQuery']],
)
const required: fc.Arbitrary<Required> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ factors: fc.integer({ min: 1, max: 3 }), distinctChannels: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant('vouched' as const) },
)
const generated: fc.Arbitrary<Flow> = fc
  .tuple(
    required,
    opening,
    fc.array(station, { maxLength: 4 }),
    fc.constantFrom<Stations>([], [['reset']], [['reset']], [['issueSession']], [['firstPassword']]),
  )
  .map(([require, ...parts]) => ({ require, stations: parts.flat() }))
  .filter(({ stations }) => stations.length > 0)

/** The paths to a change on which the engine, which counts again, would not find the proof enough. */
function shortAtRunTime(flow: Flow): readonly string[] {
  const steps = stepsOf(flow)
  const changes = steps.flatMap((options, at) => options.map((step) => ({ step, at }))).filter(({ step }) => ruleOf(step).is === 'change')
  return changes.flatMap(({ step, at }) =>
    pathsTo(steps, at)
      .filter((path) => !earns(flow.require, evidenceOf(path), 'somebody', ruleOf(step).first))
      .map((path) => show([...path, step])),
  )
}

function evidenceOf(path: Path): readonly Evidence[] {
  return path.flatMap((step) => {
    const { proves } = ruleOf(step)
    return proves ? [{ step: step.id, ...proves }] : []
  })
}

test('the checks find on all paths together what is found on each path alone', () => {
  const codes = new Map<string, number>()
  fc.assert(
    fc.property(generated, (flow) => {
      const { flows, diagnostics } = compile(flow)
      const found = diagnostics.map(reported).toSorted()
      expect(found).toEqual(expected(flow))
      expect(flows.length === 1 ? shortAtRunTime(flow) : []).toEqual([])
      for (const { code } of flows.length === 1 ? [...diagnostics, { code: 'compiled' }] : diagnostics)
        codes.set(code, (codes.get(code) ?? 0) + 1)
    }),
    { numRuns: 3000 },
  )
  // A law that is never put to the test is none.
  expect([...codes.keys()].toSorted()).toEqual([
    'caller-not-first',
    'compiled',
    'named-twice',
    'needs-principal',
    'questions-alone',
    'questions-first',
    'same-channel',
    'session-alone',
    'unproven-change',
    'unwritten-fact',
    'weak-proof',
  ])
}, 120_000)

test.for([
  ['one path of 3^20 proves over a single channel', 2, ['smsValidation', 'smsValidation', 'totp'], ['same-channel']],
  ['each path proves enough', 1, ['emailValidation', 'smsValidation', 'totp'], []],
  ['one path of 3^20 proves nothing', 1, ['emailValidation', 'totp', 'acme/confirm'], ['unproven-change']],
  ['one path of 3^20 has only questions', 1, ['kba', 'emailValidation', 'totp'], ['questions-alone']],
] as const)('twenty choices are walked at once: %s', ([, factors, options, codes]) => {
  const stations: Stations = [['parameters'], ['userQuery'], ...Array.from({ length: 20 }, () => options), ['reset']]
  const began = performance.now()
  const { diagnostics } = compile({ require: { factors, distinctChannels: true }, stations })
  expect({ codes: diagnostics.map(({ code }) => code), slow: performance.now() - began > 2000 }).toEqual({ codes, slow: false })
})

test('the last of many paths is the one that is shown', () => {
  const options: readonly Type[] = ['emailValidation', 'acme/confirm']
  const stations: Stations = [['parameters'], ['userQuery'], options, options, options, ['reset']]
  const { diagnostics } = compile({ require: { factors: 1, distinctChannels: true }, stations })
  expect(diagnostics.map(({ message }) => message)).toEqual([
    '`s5a` changes the password, but the path `s0a` -> `s1a` -> `s2b` -> `s3b` -> `s4b` -> `s5a` proves nothing',
  ])
})
