import { builtInSteps } from '@rekey/steps'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { configSchema } from '../../src/config/schema.js'
import { dialects } from '../../src/dialects/index.js'

// At a start nobody looks: what ships is taken to be good.
test.for<readonly [string, object]>([
  ...builtInSteps.steps.map(({ type, settings }) => [`settings of the step ${type}`, settings] as const),
  ...dialects.map(({ name, options }) => [`options of the dialect ${name}`, options] as const),
  ['the configuration', configSchema(dialects).properties],
])('%s are a good schema', ([, properties]) => {
  const ajv = new Ajv2020({ strict: false })
  expect([ajv.validateSchema({ type: 'object', properties }), ajv.errors]).toEqual([true, null])
})
