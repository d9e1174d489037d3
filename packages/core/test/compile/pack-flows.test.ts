import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileFlows, packFlows, SourceFile, unpackFlows } from '../../src/index.js'
import { registry } from './registry.js'

const FRAGMENT = `fragment: confirm
steps:
  - emailValidation: { expires: 5m }
`

const FLOW = `flow: NAME
title: { en: Reset, de: Neu }
description: For everybody
speaks: { idp: { as: NAME, style: rich } }
limits: { failures: { principal: 5/h } }
steps:
  - userQuery
  - include: ./confirm.yaml
  - choose:
      - totp: { digits: 8 }
        title: By app
      - smsValidation:
        when: has(principal.mail)
    id: second
    title: How?
    onFail: restart
  - reset
`

const files = [
  new SourceFile('flows/confirm.yaml', FRAGMENT),
  ...['one', 'two'].map((name) => new SourceFile(`flows/${name}.yaml`, FLOW.replaceAll('NAME', name))),
]

test('flows that are packed and unpacked are what they were', () => {
  const { flows, diagnostics } = compileFlows(files, registry)
  expect(diagnostics).toEqual([])
  expect(flows.map(({ id }) => id)).toEqual(['one', 'two'])
  const packed = packFlows(flows, files) ?? ''
  expect(unpackFlows(packed, files)).toEqual(flows)
})

test('so are the flows we ship', () => {
  const folder = join(import.meta.dirname, '../../../../flows')
  const shipped = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(?<!\.test)\.yaml$/.test(path))
    .map((path) => new SourceFile(path, readFileSync(join(folder, path), 'utf8').replace(/^speaks:.*(?:\n {2,}.*)*$/m, 'speaks: [idp]')))
  const { flows } = compileFlows(shipped, registry)
  const clean = flows.filter(({ unaccepted }) => unaccepted.length === 0)
  expect(clean.length).toBeGreaterThan(0)
  expect(unpackFlows(packFlows(clean, shipped) ?? '', shipped)).toEqual(clean)
})

test('parts that flows have in common are written once', () => {
  const packed = packFlows(compileFlows(files, registry).flows, files) ?? ''
  expect(packed.split('emailValidation').length - 1).toBe(2)
})

test('a flow with a warning that nobody has accepted is not packed', () => {
  const file = new SourceFile('a.yaml', 'flow: a\nspeaks: [idp]\nsteps:\n  - userQuery\n  - kba\n  - reset\n')
  const { flows } = compileFlows([file], registry)
  expect(flows.map(({ unaccepted }) => unaccepted.map(({ code }) => code))).toEqual([['questions-alone']])
  expect(packFlows(flows, [file])).toBeUndefined()
})

test('flows of other files are not packed', () => {
  expect(packFlows(compileFlows(files, registry).flows, files.slice(0, 2))).toBeUndefined()
})
