import { Liquid } from 'liquidjs'
import type { Template } from 'liquidjs'

/** What a template may read: listed values and nothing behind them. */
export type TemplateValues = Readonly<Record<string, string>>

/** A template that was read once and is filled in many times. */
export interface CompiledTemplate {
  /** Names of the values it reads, sorted. */
  readonly reads: readonly string[]
  /** @throws when a value it prints is missing; one that it only asks about with `if` may be. */
  fill(values: TemplateValues): string
}

export type TemplateKind = 'plain' | 'html'

const STRICT = {
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  lenientIf: true, // lets a template ask whether there is a link
  jsTruthy: true, // what is an empty text is not there
  templates: {}, // an empty set of partials: no template reaches a file
} as const

const ENGINES: Readonly<Record<TemplateKind, Liquid>> = {
  html: new Liquid({ ...STRICT, outputEscape: 'escape' }),
  plain: new Liquid({ ...STRICT, outputEscape: oneLine }),
}

/**
 * Compiles a Liquid template. Values are escaped by what is written: as HTML, or to one line of plain text without control characters.
 * @throws when the template cannot be read or uses a filter that there is not.
 */
export function compileTemplate(kind: TemplateKind, source: string): CompiledTemplate {
  const engine = ENGINES[kind]
  const template: Template[] = engine.parse(source)
  return {
    reads: engine.globalVariablesSync(template).toSorted(),
    fill: (values) => String(engine.renderSync(template, values)),
  }
}

function oneLine(value: unknown): string {
  return String(value).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}
