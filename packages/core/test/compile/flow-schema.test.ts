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
  ['a choice of nothing', 'flow: a\nsteps: [{ choose: [] }]'],
  ['a choice that names the person', 'flow: a\nsteps: [{ choose: [userQuery, kba] }]'],
  ['a choice of silent steps', 'flow: a\nsteps: [{ choose: [{ signedIn: }, kba] }]'],
  ['a choice with attempts', 'flow: a\nsteps: [{ choose: [totp, kba], attempts: 3 }]'],
  ['an option with a wrong setting', 'flow: a\nsteps: [{ choose: [totp, { kba: { ask: 11 } }] }]'],
  ['a choice in a choice', 'flow: a\nsteps: [{ choose: [totp, { choose: [kba, emailValidation] }] }]'],
  ['a dialect without its slot', 'flow: a\nspeaks: [desk]\nsteps: [kba]'],
  ['an unknown slot', 'flow: a\nspeaks: { desk: chnage }\nsteps: [kba]'],
  ['options without the slot', 'flow: a\nspeaks: { desk: { style: rich } }\nsteps: [kba]'],
  ['a name in a dialect with slots', 'flow: a\nspeaks: { desk: { slot: set, as: x } }\nsteps: [kba]'],
  ['an error that is accepted', 'flow: a\nallow: [{ code: unknown-step, reason: x }]\nsteps: [kba]'],
] as const)('refuses %s', ([, text]) => {
  expect(validate(parse(text))).toBe(false)
})

test.for([
  ['a choice', 'flow: a\nsteps: [{ choose: [totp, { kba: { ask: 2 }, id: q, attempts: 2 }, acme/confirm], id: b, title: x }]'],
  ['a slot', 'flow: a\nspeaks: { desk: change }\nsteps: [kba]'],
  ['a slot and options', 'flow: a\nspeaks: { desk: { slot: set, style: rich } }\nsteps: [kba]'],
] as const)('lets %s through', ([, text]) => {
  expect(validate(parse(text)) ? [] : validate.errors).toEqual([])
})

test('tells the editor what a setting is for and what it is when left out', () => {
  expect(JSON.stringify(flowSchema(registry))).toContain('"description":"How many questions","default":1')
})
