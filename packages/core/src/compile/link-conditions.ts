import { domainsOf } from '../condition/consistent.js'
import { readCondition, type ConditionFault, type ConditionScope, type ConditionUses } from '../condition/read-condition.js'
import { PRINCIPAL_PROFILE } from '../condition/principal.js'
import { quote } from '../diagnostics/quote.js'
import { all, constantOf } from '../condition/tree.js'
import type { Properties } from '../step/schema.js'
import { stepsIn, type LinkedChoice, type LinkedCondition, type LinkedStep, type Option, type Station } from './linked-flow.js'
import type { Namespace, ScopedWhen } from './namespace.js'
import type { Registry } from './registry.js'

/** The stations with their conditions, and the values that the terms of these can have. */
export interface Conditioned {
  readonly stations: readonly Station[]
  readonly domains: ReadonlyMap<string, readonly string[]>
}

/**
 * Reads the conditions of a flow, now that all ids are known. What the inputs of an include decide alone is decided here: such a step is
 * there without a condition, or it is not there.
 */
export function linkConditions(stations: readonly Station[], registry: Registry): Conditioned {
  if (!hasConditions(stations)) return { stations, domains: NO_DOMAINS }
  const scopes = new Scopes(stations, registry)
  const linked = stations.flatMap((station): readonly Station[] => {
    if (station.is === 'unknown') return [station]
    const kept = withWhen(station, scopes)
    if (!kept || kept.is === 'step') return kept ? [kept] : []
    const options = kept.options.flatMap((option) => keptOption(option, scopes))
    return options.length === 0 && kept.options.length > 0 ? [] : [{ ...kept, options }]
  })
  return { stations: linked, domains: scopes.domains }
}

const NO_DOMAINS: ReadonlyMap<string, readonly string[]> = new Map()

function hasConditions(stations: readonly Station[]): boolean {
  return stations.some(
    (station) =>
      station.is !== 'unknown' &&
      (station.written.whens.length > 0 ||
        (station.is === 'choose' && station.options.some((option) => option.is === 'step' && option.written.whens.length > 0))),
  )
}

/** What conditions may name, by namespace. */
class Scopes {
  readonly #byPrefix = new Map<string, ReadonlyMap<string, { readonly step: string; readonly writes: Properties }>>()
  readonly #principal: Properties
  readonly #steps: readonly LinkedStep[]
  readonly domains: ReadonlyMap<string, readonly string[]>

  constructor(stations: readonly Station[], { attributes }: Registry) {
    this.#steps = stepsIn(stations)
    this.#principal = attributes ? principalWith(attributes) : PRINCIPAL_PROFILE
    this.domains = domainsOf({ principal: this.#principal, facts: this.#facts(''), inputs: NO_INPUTS })
  }

  of({ prefix, inputs }: Namespace): ConditionScope {
    return { principal: this.#principal, facts: this.#facts(prefix), inputs: inputs ?? NO_INPUTS }
  }

  #facts(prefix: string): ReadonlyMap<string, { readonly step: string; readonly writes: Properties }> {
    const known = this.#byPrefix.get(prefix)
    if (known) return known
    const facts = new Map(
      this.#steps
        .filter(({ id }) => id.startsWith(prefix))
        .map(({ id, writes }) => [id.slice(prefix.length), { step: id, writes }] as const),
    )
    this.#byPrefix.set(prefix, facts)
    return facts
  }
}

const NO_INPUTS: ConditionScope['inputs'] = new Map()

const PRINCIPALS = new WeakMap<Properties, Properties>()

/** Kept, so that whatever is derived from it is derived once. */
function principalWith(attributes: Properties): Properties {
  const known = PRINCIPALS.get(attributes)
  if (known) return known
  const declared = Object.entries(attributes).map(([name, schema]) => [name, { ...schema, optional: true as const }] as const)
  const principal = { ...PRINCIPAL_PROFILE, ...Object.fromEntries(declared) }
  PRINCIPALS.set(attributes, principal)
  return principal
}

function keptOption(option: Option, scopes: Scopes): readonly Option[] {
  if (option.is === 'unknown') return [option]
  const kept = withWhen(option, scopes)
  return kept ? [kept] : []
}

/** @returns undefined for an item that inputs leave out. */
function withWhen<I extends LinkedStep | LinkedChoice>(item: I, scopes: Scopes): I | undefined {
  const { whens } = item.written
  if (whens.length === 0) return item
  const parts = whens.map((when) => readOne(when, scopes))
  if (parts.some((part) => part === 'left-out')) return undefined
  const kept = parts.filter((part) => part !== 'left-out').filter((part) => part !== 'taken')
  if (kept.length === 0) return item
  if (item.is === 'step' && item.definition.caller === true) return refuseCaller(item)
  return { ...item, when: kept.length === 1 && kept[0] ? kept[0] : together(kept) }
}

/** Who may call is judged of everybody, before anything is known that a condition could ask for. */
function refuseCaller<I extends LinkedStep | LinkedChoice>(item: I): I {
  const [when] = item.written.whens
  when?.namespace.reporter.report(
    'condition-not-allowed',
    when.source.span,
    `${quote(item.id)} judges the caller, and that is done every time`,
    {
      steps: [item.id],
      help: 'delete the condition',
    },
  )
  return { ...item, when: { is: 'faulty' } }
}

function readOne({ source, namespace }: ScopedWhen, scopes: Scopes): LinkedCondition | 'left-out' | 'taken' {
  const { text } = source
  const read = readCondition(text, scopes.of(namespace))
  if (read.is === 'faulty') {
    if (asksMadeUp(text, namespace)) return { is: 'faulty' }
    for (const fault of read.faults) reportFault(fault, source, namespace)
    return { is: 'faulty' }
  }
  const { condition, uses } = read
  const constant = constantOf(condition)
  if (constant !== undefined && namespace.inputs && /\binputs\s*\./.test(text)) return constant ? 'taken' : 'left-out'
  return { is: 'condition', condition, uses, text, at: { file: namespace.reporter.file, span: source.span } }
}

/** Whether a condition asks for an input that nobody has given: what is wrong with it may be the value that stands there meanwhile. */
function asksMadeUp(text: string, { madeUp }: Namespace): boolean {
  return [...text.matchAll(/\binputs\s*\.\s*(\w+)/g)].some(([, name = '']) => madeUp?.has(name))
}

function together(parts: readonly LinkedCondition[]): LinkedCondition {
  const good = parts.filter((part) => part.is === 'condition')
  const last = good.at(-1)
  if (good.length < parts.length || !last) return { is: 'faulty' }
  const uses: ConditionUses = {
    principal: [...new Set(good.flatMap((part) => part.uses.principal))],
    facts: good.flatMap((part) => part.uses.facts),
  }
  return { ...last, condition: all(...good.map(({ condition }) => condition)), uses }
}

function reportFault(
  { code, start, end, message, label, help, replacement }: ConditionFault,
  source: ScopedWhen['source'],
  { reporter }: Namespace,
): void {
  const { textStart, text } = source
  const span = textStart === undefined ? source.span : { start: textStart + start, end: textStart + Math.max(end, start + 1) }
  const whole = textStart === undefined ? undefined : { start: textStart, end: textStart + text.length }
  reporter.report(code, span, message, {
    ...(label !== undefined && { label }),
    ...(help !== undefined && { help }),
    ...(replacement !== undefined && whole && { fix: { title: `write \`${replacement}\``, edits: [{ span: whole, text: replacement }] } }),
  })
}
