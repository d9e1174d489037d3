// Plays visits of all kinds of people beside each other and times every step: in each block the kinds come in a random order and then in the reverse
// of it, one step of all before the next step of any, so that whatever the machine does beside falls on all of them.
import { Connection } from '../steps/connection.mjs'
import { nameOf, PERSONAS } from './people.mjs'

/**
 * @param {{ url: string, settled(): Promise<void> }} server
 * @param {{ dialect: string, flow: string, begin: (name: string) => readonly object[] }} kind of visit.
 * @param {{ blocks: number, warmUp: number, random: () => number }} options blocks that count, and those before them that do not.
 * @returns {Promise<readonly { step: string, names: boolean, blocks: readonly Record<string, readonly number[]>[] }[]>} for each step the microseconds
 *   of each block by kind of people.
 */
export async function measure(server, kind, { blocks, warmUp, random }) {
  const connection = await Connection.open(server.url)
  const steps = kind.begin('').map(({ step, names = false }) => ({ step, names, blocks: [] }))
  try {
    for (let block = -warmUp; block < blocks; block += 1) {
      const half = shuffled(PERSONAS, random)
      const order = [...half, ...half.toReversed()]
      const visits = order.map((persona) => kind.begin(nameOf(persona, Math.floor(random() * 1_000))))
      for (const [at, { blocks: kept }] of steps.entries()) {
        const times = Object.fromEntries(PERSONAS.map((persona) => [persona, []]))
        const answers = new Set()
        for (const [index, visit] of visits.entries()) {
          const { call, hears } = visit[at]
          const answer = await connection.send(call())
          times[order[index]].push(answer.us)
          answers.add(answer.status)
          hears?.(answer)
          // What was owed is delivered meanwhile, and must not fall on whoever comes next.
          await server.settled()
        }
        if (answers.size !== 1 || [...answers][0] >= 500)
          throw new Error(`${kind.dialect} ${kind.flow}, ${steps[at].step}: answered with ${[...answers].join(', ')}`)
        if (block >= 0) kept.push(times)
      }
    }
  } finally {
    connection.close()
  }
  return steps
}

function shuffled(values, random) {
  const left = [...values]
  return values.map(() => left.splice(Math.floor(random() * left.length), 1)[0])
}
