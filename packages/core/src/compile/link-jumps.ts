import { didYouMean } from '../diagnostics/near-name.js'
import { quote } from '../diagnostics/quote.js'
import { END, RESTART } from '../syntax/words.js'
import { optionsOf, type LinkedChoice, type LinkedStep, type Option, type Station } from './linked-flow.js'
import type { Written } from './namespace.js'

/** Finds where each `onFail` leads. An option has that of its choice unless it has its own. */
export function linkJumps(stations: readonly Station[]): readonly Station[] {
  if (!stations.some((station) => jumpOf(station) || optionsOf(station).some(jumpOf))) return stations
  return stations.map((station, at) => {
    if (station.is === 'unknown') return station
    if (station.is === 'step') return withJump(station, at, stations)
    // Back to the choice itself is for its options: where none is left, it would not help.
    const to = targetOf(station, at + 1, stations)
    const options = station.options.map((option) => withOptionJump(option, to, at, stations))
    return { ...station, options, ...(to !== undefined && to < at && { onFail: to }) }
  })
}

function jumpOf(item: Station): Written['onFail'] {
  return item.is === 'unknown' ? undefined : item.written.onFail
}

function withJump(item: LinkedStep, at: number, stations: readonly Station[]): LinkedStep {
  const to = targetOf(item, at, stations)
  return to === undefined ? item : { ...item, onFail: to }
}

function withOptionJump(option: Option, ofChoice: number | undefined, at: number, stations: readonly Station[]): Option {
  if (option.is === 'unknown') return option
  // An option comes after its choice: back to the choice is back to an earlier step.
  const to = option.written.onFail ? targetOf(option, at + 1, stations) : ofChoice
  return to === undefined ? option : { ...option, onFail: to }
}

/** @returns undefined for the end, and after a report. */
function targetOf(item: LinkedStep | LinkedChoice, before: number, stations: readonly Station[]): number | undefined {
  const { onFail } = item.written
  if (!onFail || onFail.name.text === END) return undefined
  const { name, namespace } = onFail
  // As it is written there, so that a fragment that is included twice is told once.
  const own = quote(item.id.slice(namespace.prefix.length))
  const refuse = (message: string, more: { readonly help?: string } = {}): undefined => {
    namespace.reporter.report('bad-jump', name.span, message, { label: 'leads nowhere', steps: [item.id], ...more })
  }
  if (name.text === RESTART) {
    const first = stations.findIndex((station) => station.is !== 'step' || station.definition.caller !== true)
    return first !== -1 && first < before ? first : refuse(`nothing stands before ${own} that could begin again`)
  }
  const wanted = namespace.prefix + name.text
  const to = stations.findIndex((station) => station.is !== 'unknown' && station.id === wanted)
  const target = stations[to]
  if (target?.is === 'step' && target.definition.caller === true) {
    return refuse(`${quote(name.text)} judges the caller, who is judged once`, { help: 'go back to a later step, or `restart`' })
  }
  if (target && to < before) return to
  if (target)
    return refuse(`${quote(name.text)} does not stand before ${own}`, {
      help: 'a failure leads to an earlier step, `restart` or `end`',
    })
  const choice = stations.find(
    (station) => station.is === 'choose' && station.options.some((option) => option.is === 'step' && option.id === wanted),
  )
  if (choice?.is === 'choose') {
    return refuse(`${quote(name.text)} is an option, and a failure cannot pick one`, {
      help: `go back to the choice: \`onFail: ${choice.id.slice(namespace.prefix.length)}\``,
    })
  }
  const earlier = stations
    .slice(0, before)
    .flatMap((station) =>
      station.is === 'unknown' || !station.id.startsWith(namespace.prefix) ? [] : [station.id.slice(namespace.prefix.length)],
    )
  return refuse(`there is no step ${quote(name.text)}`, {
    help: 'a failure leads to an earlier step, `restart` or `end`',
    ...didYouMean(name.text, [...earlier, END, RESTART], { file: namespace.reporter.file, span: name.span }),
  })
}
