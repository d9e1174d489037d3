import type { Reporter } from '../diagnostics/reporter.js'
import type { FlowSource } from '../syntax/flow-source.js'
import type { Schema } from '../step/schema.js'
import type { Fragment, Fragments } from './fragments.js'
import { linkConditions } from './link-conditions.js'
import { linkJumps } from './link-jumps.js'
import { linkSpeaks } from './link-speaks.js'
import { Linker } from './link-steps.js'
import type { LinkedFlow } from './linked-flow.js'
import type { InputValue, Namespace } from './namespace.js'
import type { Registry } from './registry.js'

/** What the names of a flow file are looked up in. */
export interface Links {
  readonly registry: Registry
  readonly fragments: Fragments
}

/** Looks up everything that a flow names. */
export function linkFlow(reporter: Reporter, source: FlowSource, { registry, fragments }: Links): LinkedFlow {
  const namespace: Namespace = { reporter, prefix: '', taken: new Map(), whens: [], open: [] }
  const linker = new Linker(registry, fragments)
  const raw = linker.linkAll(source.steps, namespace)
  const { stations, domains } = linkConditions(raw, registry)
  if (stations.length === 0 && raw.length > 0) {
    reporter.report('no-steps', source.id?.span ?? { start: 0, end: 0 }, 'the inputs of its includes leave this flow no steps')
  }
  return {
    file: reporter.file,
    source,
    stations: linkJumps(stations),
    speaks: linkSpeaks(reporter, source.speaks, source.id?.text, registry),
    fragments: linker.included,
    domains,
  }
}

/** Looks up what fragments name that nobody includes, so that their mistakes are found before somebody does. */
export function linkUnused({ registry, fragments }: Links): void {
  for (const fragment of fragments.unused) {
    // One that another unused one includes has been looked at with that one.
    if (!fragments.unused.includes(fragment)) continue
    const { reporter, source } = fragment
    const path = fragments.pathOf(reporter.file, `./${reporter.file.path.slice(reporter.file.path.lastIndexOf('/') + 1)}`)
    const namespace: Namespace = {
      reporter,
      prefix: '',
      taken: new Map(),
      inputs: samples(fragment),
      madeUp: madeUp(fragment),
      whens: [],
      open: [path],
    }
    linkJumps(linkConditions(new Linker(registry, fragments).linkAll(source.steps, namespace), registry).stations)
  }
}

/** A value for each input, where nobody has given one. */
function samples({ inputs }: Fragment): ReadonlyMap<string, InputValue> {
  return new Map(Object.entries(inputs).map(([name, schema]) => [name, sample(schema)]))
}

/** Inputs of which nobody says what they may be. */
function madeUp({ inputs }: Fragment): ReadonlySet<string> {
  return new Set(
    Object.entries(inputs).flatMap(([name, schema]) => (schema.default === undefined && schema.enum === undefined ? [name] : [])),
  )
}

function sample(schema: Schema): InputValue {
  const given = schema.default ?? schema.enum?.[0]
  if (typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean') return given
  if (schema.type === 'integer') return schema.minimum ?? schema.maximum ?? 0
  if (schema.type === 'boolean') return false
  return schema.format === 'duration' ? '10m' : 'text'
}
