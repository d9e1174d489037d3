import { isJsonObject, REQUIREMENT_KINDS, type Plugin, type Provision } from '@rekey/core'
import type { Dialect } from '../dialect/dialect.js'
import type { ServerPlugin } from '../dialect/server-plugin.js'

export type PluginRead = { readonly is: 'plugin'; readonly plugin: ServerPlugin } | { readonly is: 'none'; readonly why: string }

/**
 * Reads what a module exports as a plugin. Its steps are judged by the registry, which can say more of them.
 * @param taken names of the dialects that are there already.
 */
export function readPlugin(exported: unknown, taken: ReadonlySet<string>): PluginRead {
  if (!isPlugin(exported)) return { is: 'none', why: 'its default export is no plugin' }
  const given: unknown = 'dialects' in exported ? exported.dialects : []
  if (!Array.isArray(given)) return { is: 'none', why: 'its `dialects` are no list' }
  const dialects: Dialect[] = []
  const names = new Set(taken)
  for (const [index, dialect] of given.entries()) {
    if (!isDialect(dialect)) return { is: 'none', why: `\`dialects[${index}]\` is no dialect: ${bentMember(dialect)}` }
    if (names.has(dialect.name)) return { is: 'none', why: `there is a dialect \`${dialect.name}\` already` }
    names.add(dialect.name)
    dialects.push(dialect)
  }
  const provides: unknown = exported.provides ?? []
  if (!Array.isArray(provides)) return { is: 'none', why: 'its `provides` are no list' }
  const bent = provides.findIndex((provision) => !isProvision(provision))
  if (bent >= 0) return { is: 'none', why: `\`provides[${bent}]\` is not what \`provide\` returns` }
  return { is: 'plugin', plugin: { name: exported.name, steps: exported.steps, dialects, provides: provides.filter(isProvision) } }
}

function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('steps' in value)) return false
  return typeof value.name === 'string' && Array.isArray(value.steps)
}

function isProvision(value: unknown): value is Provision {
  return (
    isJsonObject(value) &&
    isJsonObject(value['service']) &&
    typeof value['service']['name'] === 'string' &&
    typeof value['open'] === 'function'
  )
}

/** The members that every dialect has, and what each must be. Plugins in plain JavaScript have no compiler that tells them. */
const MEMBERS = {
  name: (value) => typeof value === 'string' && /^[a-z][a-z0-9-]*$/.test(value),
  kinds: (value) => Array.isArray(value) && value.every((kind) => REQUIREMENT_KINDS.some((known) => known === kind)),
  options: isJsonObject,
  settings: isJsonObject,
  speaksByDefault: (value) => typeof value === 'boolean',
  opens: (value) => value === 'eager' || value === 'lazy',
  mount: (value) => typeof value === 'function',
} satisfies Partial<Record<keyof Dialect, (value: unknown) => boolean>>

function isDialect(value: unknown): value is Dialect {
  return bentMember(value) === undefined
}

/** What is wrong with a value that should be a dialect; undefined for a good one. */
function bentMember(value: unknown): string | undefined {
  if (!isJsonObject(value)) return 'it is no object'
  const bent = Object.entries(MEMBERS).find(([name, isGood]) => !isGood(value[name]))
  return bent && `its \`${bent[0]}\` is absent or not what it must be`
}
