import { codeFacts, DIAGNOSTIC_CODES } from '../diagnostics/codes.js'
import { createReporter, type Finding, type Reporter } from '../diagnostics/reporter.js'
import { nearName } from '../diagnostics/near-name.js'
import { quote } from '../diagnostics/quote.js'
import type { AllowSource } from '../syntax/flow-source.js'

/**
 * Takes out the warnings that the file accepts, and reports the entries that accept nothing. An entry without a reason accepts too: that
 * the reason is missing is its own report.
 */
export function acceptWarnings(reporter: Reporter, allow: readonly AllowSource[], stepIds: readonly string[]): readonly Finding[] {
  const used = new Set<AllowSource>()
  const left = reporter.findings.filter(({ diagnostic, steps }) => {
    if (diagnostic.severity === 'error') return true
    const by = allow.filter((entry) => meantCode(entry) === diagnostic.code && meantSteps(entry, stepIds, steps))
    for (const entry of by) used.add(entry)
    return by.length === 0
  })
  // While there are errors, nobody knows which warnings are still to come.
  if (left.some(({ diagnostic }) => diagnostic.severity === 'error')) return left
  const unused = createReporter(reporter.file)
  for (const entry of allow) {
    const { code } = entry
    if (!code || used.has(entry) || codeFacts(code.text)?.severity !== 'warning') continue
    unused.report('unused-allow', code.span, `nothing reports ${quote(code.text)}${entry.at ? ` at ${quote(entry.at.text)}` : ''}`, {
      label: 'accepts nothing',
      help: 'delete the entry',
      ...(entry.deletion && { fix: entry.deletion }),
    })
  }
  return [...left, ...unused.findings]
}

/** A misspelt code has been reported; that it then accepts nothing would be the same mistake. */
function meantCode({ code }: AllowSource): string | undefined {
  return code && (codeFacts(code.text) ? code.text : nearName(code.text, Object.keys(DIAGNOSTIC_CODES)))
}

function meantSteps({ at }: AllowSource, stepIds: readonly string[], steps: readonly string[]): boolean {
  return at === undefined || steps.includes(at.text) || !stepIds.includes(at.text)
}
