import type { Properties, Schema } from '../step/schema.js'
import { literalText } from './literal.js'
import type { ConditionScope } from './read-condition.js'
import { domainOf, kindOfSchema } from './term.js'

/** What values can be, where a schema enumerates them: literals as they stand in atoms (`"active"`), by the canonical text of the value (`principal.state`). */
export function domainsOf(scope: ConditionScope): ReadonlyMap<string, readonly string[]> {
  const domains = new Map<string, readonly string[]>()
  enter('principal', scope.principal, domains)
  for (const { step, writes } of scope.facts.values()) enter(`facts.${step}`, writes, domains)
  return domains
}

function enter(at: string, properties: Properties, domains: Map<string, readonly string[]>): void {
  for (const [name, schema] of Object.entries(properties)) enterOne(`${at}.${name}`, schema, domains)
}

function enterOne(text: string, schema: Schema, domains: Map<string, readonly string[]>): void {
  const kind = kindOfSchema(schema)
  if (kind === 'object') enter(text, schema.properties ?? {}, domains)
  if (kind === undefined || kind === 'object' || kind === 'list' || kind === 'bool') return
  const domain = domainOf(schema)
  if (domain !== undefined) domains.set(text, domain.map(literalText))
}
