import type { Choice, Flow, Include, Item, Step } from './flow.js'
import { picking, spell, type Pick } from './spelling.js'

/** A flow as the files that an author would write. */
export function write(flow: Flow, spelling: number, id = 'generated'): ReadonlyMap<string, string> {
  const pick = picking(spelling)
  const files = new Map<string, string>()
  const head = [
    `flow: ${id}`,
    `require: ${JSON.stringify(flow.require)}`,
    ...(flow.unknownAccount ? [`unknownAccount: ${flow.unknownAccount}`] : []),
  ]
  files.set('flow.yaml', [...head, 'steps:', ...flow.items.flatMap((item) => lines(item, '  ', pick)), ''].join('\n'))
  for (const include of flow.items) {
    if (include.is !== 'include' || files.has(include.file)) continue
    const inputs = Object.keys(include.with).map((name) => `  ${name}: { type: string, enum: [a, b] }`)
    const steps = include.items.flatMap((item) => lines(item, '  ', pick))
    files.set(include.file, ['fragment: part', ...(inputs.length > 0 ? ['inputs:', ...inputs] : []), 'steps:', ...steps, ''].join('\n'))
  }
  return files
}

/** Every modifier stands on a line of its own, behind the id. */
function lines(item: Item, indent: string, pick: Pick): readonly string[] {
  const { id, when } = item
  const beside = [
    `id: ${id}`,
    ...(when ? [`when: ${JSON.stringify(spell(when, pick))}`] : []),
    ...(item.is !== 'include' && item.onFail !== undefined ? [`onFail: ${item.onFail}`] : []),
    ...(item.is === 'include' && Object.keys(item.with).length > 0 ? [`with: ${JSON.stringify(item.with)}`] : []),
  ].map((line) => `${indent}  ${line}`)
  return [...opening(item, indent, pick, beside)]
}

function opening(item: Item, indent: string, pick: Pick, beside: readonly string[]): readonly string[] {
  switch (item.is) {
    case 'step':
      return [stepLine(item, indent), ...beside]
    case 'include':
      return [includeLine(item, indent), ...beside]
    case 'choose':
      return [`${indent}- ${beside[0]?.trim()}`, ...beside.slice(1), ...optionLines(item, indent, pick)]
  }
}

function stepLine({ type, settings }: Step, indent: string): string {
  return `${indent}- ${type}:${settings && Object.keys(settings).length > 0 ? ` ${JSON.stringify(settings)}` : ''}`
}

function includeLine({ file }: Include, indent: string): string {
  return `${indent}- include: ./${file}`
}

function optionLines({ options }: Choice, indent: string, pick: Pick): readonly string[] {
  return [`${indent}  choose:`, ...options.flatMap((option) => lines(option, `${indent}    `, pick))]
}
