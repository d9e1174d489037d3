import { codeFacts, DIAGNOSTIC_CODES } from '../../diagnostics/codes.js'
import { didYouMean } from '../../diagnostics/near-name.js'
import { quote } from '../../diagnostics/quote.js'
import { hasUnknown, idsIn } from '../linked-flow.js'
import { defineCheck } from './define-check.js'

/** A code that does not exist accepts nothing. */
export const unknownCode = defineCheck({
  code: 'unknown-code',
  severity: 'error',
  run({ flow, report }) {
    for (const { code } of flow.source.allow) {
      if (!code || codeFacts(code.text)) continue
      report(code.span, `there is no diagnostic ${quote(code.text)}`, {
        label: 'unknown',
        ...didYouMean(code.text, Object.keys(DIAGNOSTIC_CODES), { file: flow.file, span: code.span }),
      })
    }
  },
})

/** What cannot run cannot be accepted. */
export const allowError = defineCheck({
  code: 'allow-error',
  severity: 'error',
  run({ flow, report }) {
    for (const { code } of flow.source.allow) {
      if (code && codeFacts(code.text)?.severity === 'error') {
        report(code.span, `${quote(code.text)} is an error, and only warnings can be accepted`, {
          help: 'repair what it reports, and delete the entry',
        })
      }
    }
  },
})

/** Somebody will read the flow and wonder; the answer belongs beside it. */
export const allowWithoutReason = defineCheck({
  code: 'allow-without-reason',
  severity: 'error',
  run({ flow, report }) {
    for (const { code, span, reasoned } of flow.source.allow) {
      if (reasoned || !code) continue
      report(span, `${quote(code.text)} is accepted without a reason`, { help: 'add `reason: …` for whoever reads the flow after you' })
    }
  },
})

/** `at` names a step of the flow. */
export const allowUnknownStep = defineCheck({
  code: 'allow-unknown-step',
  severity: 'error',
  run({ flow, report }) {
    if (!flow.source.allow.some(({ at }) => at)) return
    // A step that could not be read may be the one that is meant.
    if (hasUnknown(flow.stations)) return
    const ids = idsIn(flow.stations)
    for (const { at } of flow.source.allow) {
      if (!at || ids.includes(at.text)) continue
      report(at.span, `the flow has no step ${quote(at.text)}`, {
        label: 'unknown',
        ...didYouMean(at.text, ids, { file: flow.file, span: at.span }),
      })
    }
  },
})
