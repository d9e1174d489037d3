import type { Drawn, Station } from './drawn.js'
import type { Follows } from './follows.js'
import { list, literal } from './source-text.js'
import { stateName } from './state-names.js'

/** The tables by which an emitted module finds out where it stands: what may come first, and each state with what may follow it. */
export function plansOf({ graph, stations }: Drawn): string {
  return [
    'const FIRST: Follows = {',
    ...followsLines(graph.first, '  '),
    '}',
    '',
    'const PLANS: readonly Plan[] = [',
    ...stations.flatMap((station) => ['  {', ...planLines({ graph, station }), '  },']),
    ']',
  ].join('\n')
}

function planLines({ graph, station }: Pick<Drawn, 'graph'> & { readonly station: Station }): readonly string[] {
  const state = `    state: ${literal(stateName(station.node.id))},`
  if (station.is === 'choose') {
    const { node } = station
    const picks = node.options.flatMap((option) => [
      '      {',
      `        option: ${literal(option.id)},`,
      '        after: {',
      ...followsLines(graph.picked(node, option), '          '),
      '        },',
      '      },',
    ])
    return [state, `    type: 'choose',`, `    kind: 'choice',`, '    options: [', ...picks, '    ],', '    after: {', ...NOTHING, '    },']
  }
  const { node, definition } = station
  return [
    state,
    `    type: ${literal(node.type)},`,
    `    kind: ${literal(definition?.kind ?? 'attributes')},`,
    ...(definition?.channel === undefined ? [] : [`    channel: ${literal(definition.channel)},`]),
    '    after: {',
    ...followsLines(graph.after(node), '      '),
    '    },',
  ]
}

const NOTHING = followsLines({ states: [], completes: false }, '      ')

function followsLines({ states, completes }: Follows, indent: string): readonly string[] {
  return [list('states: ', states.map(stateName), indent), `${indent}completes: ${completes},`]
}
