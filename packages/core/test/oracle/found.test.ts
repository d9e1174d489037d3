import { expect, test } from 'vitest'
import { compileFlows, SourceFile } from '../../src/index.js'
import { oracleRegistry } from './steps.js'

// What the oracle has found, one flow each, so that it is found again without luck.

function codesOf(steps: string, fragment = ''): readonly string[] {
  const files = [new SourceFile('flow.yaml', `flow: a\nunknownAccount: reveal\nsteps:\n${steps}`)]
  if (fragment !== '') files.push(new SourceFile('part.yaml', `fragment: part\nsteps:\n${fragment}`))
  const { diagnostics } = compileFlows(files, oracleRegistry)
  return diagnostics.map(({ code }) => code).filter((code) => code !== 'reveals-accounts')
}

test('a choice of one that has a condition is passed over like the step that it is, and proves nothing then', () => {
  const steps = `
  - userQuery
  - choose:
      - emailValidation:
        when: has(principal.mail)
  - reset
`
  expect(codesOf(steps)).toEqual(['one-option', 'unproven-change'])
})

test('questions that come first are told even where somebody else comes to the change with nothing', () => {
  const steps = `
  - userQuery
  - kba:
    when: has(principal.phone)
  - emailValidation:
    when: has(principal.phone)
  - reset
`
  expect(codesOf(steps)).toEqual(['questions-first', 'unproven-change'])
})

test('a silent step goes round in a circle although some are let past it', () => {
  const steps = `
  - userQuery
  - emailValidation
  - check
  - restriction:
    when: has(principal.phone)
    onFail: check
  - reset
`
  expect(codesOf(steps)).toEqual(['endless-conversation'])
})

test('a choice of one has always an option left, and goes round in no circle', () => {
  const steps = `
  - userQuery
  - emailValidation
  - check
  - choose: [totp]
    onFail: check
  - reset
`
  expect(codesOf(steps)).toEqual(['one-option'])
})

test('a choice that goes back over a change is told, though each option ends', () => {
  const steps = `
  - userQuery
  - emailValidation
  - reset
  - choose:
      - totp:
        onFail: end
      - smsValidation:
        onFail: end
    onFail: emailValidation
`
  expect(codesOf(steps)).toEqual(['jump-over-change'])
})

test('a choice that goes back over a change is told once for all options', () => {
  const steps = `
  - userQuery
  - emailValidation
  - reset
  - choose: [totp, smsValidation]
    onFail: emailValidation
`
  expect(codesOf(steps)).toEqual(['jump-over-change'])
})

test('what is wrong in a fragment is told once, however often it is included', () => {
  const steps = `
  - userQuery
  - include: ./part.yaml
    id: one
  - include: ./part.yaml
    id: other
  - reset
`
  expect(codesOf(steps, '  - emailValidation:\n    onFail: emailValidation\n')).toEqual(['bad-jump'])
})

test('a step that contradicts what was decided is told once, also behind a choice that nobody comes to', () => {
  const steps = `
  - userQuery
  - emailValidation
  - choose: [totp, smsValidation]
    when: principal.state == 'active' && principal.state == 'locked'
  - totp:
    id: again
    when: has(principal.phone)
  - smsValidation:
    id: also
    when: principal.state == 'disabled' && principal.state == 'locked'
  - reset
`
  expect(codesOf(steps)).toEqual(['condition-always-false', 'condition-always-false'])
})
