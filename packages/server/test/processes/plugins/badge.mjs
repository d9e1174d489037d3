import { ask, defineStep, done, rejected } from '@rekey/core'

/** A step of a plugin, as one release of it or another has it. */
export function badge(version, rest = {}) {
  return defineStep({
    type: 'acme/badge',
    version,
    description: 'Asks for the number of the badge',
    kind: 'attributes',
    asks: 'Number of your badge',
    answer: { number: { type: 'string', description: 'Number' } },
    required: ['number'],
    prepare: () => ask({ tag: `release${version}` }),
    submit: (_context, { number }) => (number === '4711' ? done() : rejected('badge-unknown', '/number')),
    ...rest,
  })
}
