import type { StepName } from './step-name.js'

/** The plugin: what `plugins` in `rekey.yaml` loads. */
export function pluginSource({ vendor, name, kebab }: StepName): string {
  return `import { definePlugin } from '@rekey/core'
import { ${name} } from './${kebab}.js'

/** What \`plugins\` in \`rekey.yaml\` loads. Services that your steps inject stand beside them: \`provides: [provide(Badges, () => …)]\`. */
export default definePlugin({ name: '${vendor}', steps: [${name}] })
`
}

/** A step that is whole and small: it asks for consent, and remembers to what. */
export function stepSource({ vendor, name }: StepName): string {
  return `import { ask, defineStep, done, rejected } from '@rekey/core'

/** Asks the person to accept the terms. Make it ask what you need: the contract in \`test\` tells when something is amiss. */
export const ${name} = defineStep({
  type: '${vendor}/${name}',
  version: 1,
  description: 'Asks the person to accept the terms',
  settings: {
    terms: { type: 'string', maxLength: 64, default: '2026-01', description: 'Which edition of the terms is accepted' },
  },
  kind: 'consent',
  asks: 'Do you accept the terms?',
  answer: { accept: { type: 'boolean', description: 'Whether you accept' } },
  required: ['accept'],
  writes: { terms: { type: 'string', maxLength: 64, description: 'The edition that was accepted' } },

  prepare: () => ask({ tag: 'initial' }),

  submit: ({ settings }, { accept }) => (accept ? done({ facts: { terms: settings.terms } }) : rejected('not-accepted', '/accept')),
})
`
}

/** The contract, and one test of what only this step does. */
export function stepTest({ name, kebab }: StepName): string {
  return `import { checkStep, stepContract } from '@rekey/core/testing'
import { expect, test } from 'vitest'
import plugin from '../src/index.js'
import { ${name} } from '../src/${kebab}.js'

// The rules that every step keeps. What the step injects, and the answer that passes, are named here: { provides, right }.
stepContract(${name}, { right: { accept: true } })

test('whoever does not accept goes no further', async () => {
  const findings = await checkStep(${name}, { right: { accept: false } })
  expect(findings.map(({ rule, saw }) => [rule, saw])).toEqual([['rightAnswer', 'the right answer gives \`rejected\`, reason \`not-accepted\`']])
})

test('the plugin brings it', () => {
  expect(plugin.steps).toEqual([${name}])
})
`
}

/** A flow that uses the step. */
export function flow({ vendor, name, kebab }: StepName): string {
  return `# A reset that asks for consent first. \`npm run check\` says what is wrong with it.
flow: ${kebab}
speaks: [forgerock]
steps:
  - ${vendor}/${name}: { terms: '2026-01' }
  - userQuery
  - emailValidation
  - reset
`
}
