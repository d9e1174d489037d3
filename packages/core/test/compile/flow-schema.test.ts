import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { flowSchema } from '../../src/index.js'
import { sampleFiles } from '../diagnostics/samples.js'
import { registry } from './registry.js'

const PAGES = new URL('../../../../docs/diagnostics/', import.meta.url)
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(flowSchema(registry))

const repaired = readdirSync(PAGES).flatMap((name) => {
  const blocks = [...readFileSync(new URL(name, PAGES), 'utf8').matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block = '']) => block)
  return sampleFiles(blocks[1] ?? '').map((file) => [name, file.text] as const)
})

test.for(repaired)('lets the repaired flow of %s through', ([, text]) => {
  expect(validate(parse(text)) ? [] : validate.errors).toEqual([])
})

test.for([
  ['no steps', 'flow: a'],
  ['an unknown key', 'flow: a\nstep: []\nsteps: [kba]'],
  ['an id that is not kebab-case', 'flow: Ab\nsteps: [kba]'],
  ['an unknown step', 'flow: a\nsteps: [kab]'],
  ['an unknown setting', 'flow: a\nsteps: [{ kba: { asks: 1 } }]'],
  ['a setting out of range', 'flow: a\nsteps: [{ kba: { ask: 11 } }]'],
  ['a duration of the other kind', 'flow: a\nsteps: [{ emailValidation: { expires: PT10M } }]'],
  ['a secret in clear', 'flow: a\nsteps: [{ smsValidation: { apiKey: abc } }]'],
  ['two steps in one item', 'flow: a\nsteps: [{ kba: , reset: }]'],
  ['a misspelt modifier', 'flow: a\nsteps: [{ kba: , attempt: 3 }]'],
  ['an unknown dialect', 'flow: a\nspeaks: [idq]\nsteps: [kba]'],
  ['an unknown option', 'flow: a\nspeaks: { idp: { ass: x } }\nsteps: [kba]'],
  ['a rate without a window', 'flow: a\nlimits: { failures: { principal: 5 } }\nsteps: [kba]'],
  ['an error that is accepted', 'flow: a\nallow: [{ code: unknown-step, reason: x }]\nsteps: [kba]'],
] as const)('refuses %s', ([, text]) => {
  expect(validate(parse(text))).toBe(false)
})

test('tells the editor what a setting is for and what it is when left out', () => {
  expect(JSON.stringify(flowSchema(registry))).toContain(
    '"ask":{"type":"integer","minimum":1,"maximum":10,"default":1,"description":"How many questions"}',
  )
})
