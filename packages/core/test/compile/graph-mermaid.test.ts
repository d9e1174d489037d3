import { expect, test } from 'vitest'
import { compileFlows, graphMermaid, SourceFile } from '../../src/index.js'
import { registry } from './registry.js'

test('draws the steps in order, with titles that cannot break the diagram', () => {
  const text =
    'flow: reset\nsteps:\n  - userQuery:\n    title: Who "are" <you>?\n  - emailValidation:\n    id: mail\n    attempts: 1\n  - reset\n'
  const [flow] = compileFlows([new SourceFile('flow.yaml', text)], registry).flows
  expect(flow && graphMermaid(flow.machine, flow.stepTitles)).toBe(
    [
      'flowchart TD',
      '  start(["reset"]) --> step1',
      '  step1["Who #34;are#34; #60;you#62;#63;<br/>userQuery<br/>5 attempts"] --> step2',
      '  step2["mail: emailValidation<br/>1 attempt"] --> step3',
      '  step3["reset<br/>5 attempts"] --> finish',
      '  finish([end])',
      '',
    ].join('\n'),
  )
})

test('draws a choice as a diamond with a branch for each option', () => {
  const text = 'flow: reset\nsteps:\n  - userQuery\n  - choose: [totp, { smsValidation: , id: sms, title: By text }]\n    title: How?\n'
  const [flow] = compileFlows([new SourceFile('flow.yaml', text)], registry).flows
  expect(flow && graphMermaid(flow.machine, flow.stepTitles)).toBe(
    [
      'flowchart TD',
      '  start(["reset"]) --> step1',
      '  step1["userQuery<br/>5 attempts"] --> step2',
      '  step2{"How#63;<br/>choose"}',
      '  step2 --> step2option1',
      '  step2 --> step2option2',
      '  step2option1["totp<br/>5 attempts"] --> finish',
      '  step2option2["By text<br/>sms: smsValidation<br/>5 attempts"] --> finish',
      '  finish([end])',
      '',
    ].join('\n'),
  )
})
