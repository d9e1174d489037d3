import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare } from './compare.js'
import { generated } from './generate.js'
import { JUDGED } from './reported.js'
import { oracleRegistry } from './steps.js'

// The compiler walks all paths of a flow together. Here every path is walked alone, in every world, with every pick and every failure, by rules
// that are written down a second time and share no code with it; both must find the same.

/** How many times as many runs as usual: `REKEY_FUZZ=20 npm test -- oracle`. */
const FUZZ = Number(process.env['REKEY_FUZZ'] ?? 1)

test(
  'the checks find on all paths together what is found on each path alone',
  () => {
    const codes = new Map<string, number>()
    let agreed = 0
    fc.assert(
      fc.property(generated, ({ flow, spelling }) => {
        const { found, wanted, compilation, shortAtRunTime, text } = compare(flow, oracleRegistry, spelling)
        expect({ found, text }).toEqual({ found: wanted, text })
        expect(shortAtRunTime).toEqual([])
        const { flows, diagnostics } = compilation
        for (const { code } of [...diagnostics, ...flows.map(() => ({ code: 'compiled' }))]) codes.set(code, (codes.get(code) ?? 0) + 1)
        agreed += 1
      }),
      { numRuns: 3000 * FUZZ },
    )
    // A law that is never put to the test is none.
    expect([...codes.keys()]).toEqual(expect.arrayContaining(['compiled', ...JUDGED]))
    // oxlint-disable-next-line no-console -- the figures are wanted in every log
    console.log(`oracle: ${agreed} flows agree, ${codes.get('compiled')} compile`)
  },
  120_000 * FUZZ,
)
