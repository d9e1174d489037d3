import type { Stop } from './flow.js'
import type { Path } from './walk.js'

/** Something that must be reported: in one of these forms, because several paths may be equally short. */
export interface Finding {
  readonly any: readonly string[]
  /** True where another form says the same under another code. */
  readonly maybe?: true
}

export function anyOf(code: string, forms: readonly string[]): Finding {
  return { any: [...new Set(forms)].map((form) => `${code} ${form}`) }
}

/** The paths than which none is shorter. */
export function shortest(paths: readonly Path[]): readonly Path[] {
  const least = Math.min(...paths.map(({ steps }) => steps.length))
  return paths.filter(({ steps }) => steps.length === least)
}

export function isNamed({ steps }: Path): boolean {
  return steps.some(({ stop }) => stop.rule.names)
}

/** A path to a step as a message shows it. */
export function showTo({ steps, over }: Path, to: Stop): string {
  const ids = [...steps.map(({ stop }) => stop.id), to.id]
  const passed = over.slice(0, 3).map((id) => `\`${id}\``)
  const note = over.length === 0 ? '' : ` (passing over ${passed.join(', ')}${over.length > 3 ? ', …' : ''})`
  return `${showIds(ids)}${note}`
}

export function showIds(ids: readonly string[]): string {
  const shown = ids.length > 8 ? [...ids.slice(0, 3), undefined, ...ids.slice(-4)] : ids
  return shown.map((id) => (id === undefined ? '…' : `\`${id}\``)).join(' -> ')
}
