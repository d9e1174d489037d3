import { expect, test } from 'vitest'
import { compileFlows, printText, SourceFile } from '../../src/index.js'
import { registry } from '../compile/registry.js'

const SECRET = 'hunter2 + more'

/** What `rekey check` prints of a flow with such steps. */
function printed(...steps: readonly string[]): string {
  const text = `flow: a\nsteps:\n  - userQuery\n${steps.join('\n')}\n  - reset\n`
  return printText(compileFlows([new SourceFile('flow.yaml', text)], registry).diagnostics)
}

test('a secret in clear is hidden in its own frame, and in those of its neighbours', () => {
  expect(printed(`  - smsValidation: { apiKey: ${SECRET} }`, '  - nosuch')).toBe(`\
flow.yaml:4:30 error[secret-in-file]: \`apiKey\` is a secret and stands in clear
  |
3 |   - userQuery
4 |   - smsValidation: { apiKey: ******* * **** }
  |                              ^^^^^^^^^^^^^^
5 |   - nosuch
  = help: name an environment variable: \`\${NAME}\`
  = docs: docs/diagnostics/secret-in-file.md

flow.yaml:5:5 error[unknown-step]: there is no step type \`nosuch\`
  |
4 |   - smsValidation: { apiKey: ******* * **** }
5 |   - nosuch
  |     ^^^^^^ not registered
6 |   - reset
  = docs: docs/diagnostics/unknown-step.md
`)
})

test.for<readonly [string, ...(readonly string[])]>([
  ['in double quotes', `  - smsValidation: { apiKey: "${SECRET}" }`],
  ['in single quotes', `  - smsValidation: { apiKey: '${SECRET}' }`],
  ['with brackets in quotes', `  - smsValidation: { apiKey: "}, ${SECRET}" }`],
  ['on a line of its own', '  - smsValidation:', `      apiKey: ${SECRET}`],
  ['over several lines', '  - smsValidation:', '      apiKey: |', `        ${SECRET}`, `        ${SECRET}`],
  ['with commas', '  - smsValidation:', `      apiKey: a, ${SECRET}`],
  ['of the wrong type', '  - smsValidation:', `      apiKey: [${SECRET}]`],
  ['that is almost a reference', '  - smsValidation:', `      apiKey: "\${${SECRET}}"`],
  ['under a quoted key', '  - smsValidation:', `      "apiKey": ${SECRET}`],
  ['of a step that is misspelt', `  - smsValidatoin: { apiKey: ${SECRET}, more: 1 }`],
  ['of a step that is misspelt, on a line of its own', '  - smsValidatoin:', `      apiKey: ${SECRET}`],
  ['of a step with a misspelt setting', `  - smsValidation: { apiKey: ${SECRET}, nosuch: 1 }`],
  ['in a text that is no YAML', `  - smsValidation: { apiKey: ${SECRET}`],
  ['in quotes that are not closed', `  - smsValidation: { apiKey: "${SECRET} }`],
])('a secret is hidden %s', ([, ...steps]) => {
  const text = printed(...steps)
  expect(text).toMatch(/^flow\.yaml:\d+:\d+ error\[/)
  expect(text).not.toMatch(/hunter2|more *$/m)
})

test('references, and what only looks like a secret, stay as they are', () => {
  const lines = ['  - smsValidation: { apiKey: "${SMS_KEY}", nosuch: 1 }', '  - nosuch: { myapiKey: b }']
  const text = printed(...lines)
  for (const line of lines) expect(text).toContain(line)
})
