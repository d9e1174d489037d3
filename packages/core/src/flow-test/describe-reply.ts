import type { Reply } from '../engine/view.js'
import type { AskedRequirement } from '../step/requirement.js'

/** What came of an act, in the words of test files: `refused code-mismatch, asks code (emailValidation)`. */
export function describeReply(reply: Reply | undefined): string {
  if (!reply) return 'nothing is asked'
  const { view, problem } = reply
  const parts = [
    problem && problemText(problem),
    view?.is === 'open' && `asks ${askedText(view.requirement)}`,
    view?.is === 'described' && (view.requirement ? `would ask ${askedText(view.requirement)}` : `would begin with ${view.step.id}`),
    view?.is === 'ended' && `ends ${view.as}`,
  ]
  return parts.filter((part) => part !== undefined && part !== false).join(', ') || 'no answer'
}

function problemText({ code, reason, step }: NonNullable<Reply['problem']>): string {
  if (code === 'answer-rejected') return `refused ${reason ?? ''}`.trimEnd()
  const why = reason === undefined ? '' : ` (${reason})`
  return `problem ${code}${why}${step ? ` at ${step.id}` : ''}`
}

function askedText({ kind, step, opened, options }: AskedRequirement): string {
  const between = options ? `: ${options.map((option) => option.step.id).join(', ')}` : ''
  return `${kind} (${step.id}${between}${opened ? '' : ', not opened'})`
}
