import { parseArgs } from 'node:util'
import { build } from '../../scripts/build.mjs'
import { setUp } from '../../scripts/setup.mjs'

/** Conversations before anything counts: until then the engine of Node still compiles what is called most. */
const WARM_UP = [4_000, 20]

/**
 * Reads the arguments of a bench, installs what is missing, and compiles what is measured.
 * @param {Record<string, readonly [number, number]>} numbers of `--name`: what stands when nobody says otherwise, and that of `--smoke`.
 * @param {import('node:util').ParseArgsOptionsConfig} more
 * @returns {any} the numbers by name, `warmUp` (conversations before anything counts), `smoke`, and all `wishes` as they were given.
 */
export function begin(numbers, more = {}) {
  const all = { 'warm-up': WARM_UP, ...numbers }
  const options = Object.fromEntries(Object.keys(all).map((name) => [name, { type: 'string' }]))
  const { values: wishes } = parseArgs({ options: { smoke: { type: 'boolean', default: false }, ...options, ...more } })
  const { smoke } = wishes
  const found = Object.fromEntries(
    Object.entries(all).map(([name, [usual, short]]) => [name, Number(wishes[name] ?? (smoke ? short : usual))]),
  )
  for (const [name, value] of Object.entries(found)) if (!(value > 0)) throw new Error(`\`--${name}\` takes a number above nothing`)
  setUp()
  build()
  return { wishes, smoke, warmUp: found['warm-up'], ...found }
}
