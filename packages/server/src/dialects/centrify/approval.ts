import type { Intent } from '@rekey/core'
import { approvalClosing, approvalPage, approvalToken, readApprovalForm } from '../../dialect/approval-page.js'
import type { IntentRoute, Site } from '../../dialect/dialect.js'
import type { WireRequest } from '../../dialect/wire.js'
import { requestValues } from './caller.js'

const PATH = '/Security/Approve'

/**
 * The link of a mail. It approves for whoever waits and signs nobody in where it is opened. The form of the vendor's own links is not
 * documented.
 */
export function approvalLink(site: Site, approval: string): string {
  return `${site.publicUrl}${PATH}?token=${encodeURIComponent(approval)}`
}

/** The page that the link opens, and what its form is sent to. */
export const approvalRoutes: readonly IntentRoute[] = [
  {
    method: 'GET',
    path: PATH,
    caseInsensitive: true,
    read(request) {
      const token = approvalToken(request)
      return token === undefined ? { refuse: approvalClosing('over', languagesOf(request)) } : intent(request, 'look', token)
    },
    write(view, problem, request) {
      const languages = languagesOf(request)
      if (problem?.code === 'unavailable') return approvalClosing('unavailable', languages)
      if (view?.is !== 'open' || problem) return approvalClosing('over', languages)
      return approvalPage({
        subject: view.address === 'login' ? 'signIn' : 'newPassword',
        ...(view.startedAt !== undefined && { askedAt: view.startedAt }),
        token: approvalToken(request) ?? '',
        // Relative, so that it holds below any path that a proxy serves us under.
        action: 'Approve',
        languages,
      })
    },
  },
  {
    method: 'POST',
    path: PATH,
    caseInsensitive: true,
    read(request) {
      const form = readApprovalForm(request)
      return form ? intent(request, form.answer, form.token) : { refuse: approvalClosing('over', languagesOf(request)) }
    },
    write(_view, problem, request) {
      const languages = languagesOf(request)
      if (problem) return approvalClosing(problem.code === 'unavailable' ? 'unavailable' : 'over', languages)
      return approvalClosing(readApprovalForm(request)?.answer === 'deny' ? 'denied' : 'approved', languages)
    },
  },
]

function intent(request: WireRequest, act: 'look' | 'approve' | 'deny', token: string): Intent {
  return { act, dialect: 'centrify', flow: '', carried: { is: 'approval', token }, answers: [], request: requestValues(request) }
}

function languagesOf(request: WireRequest): readonly string[] {
  return requestValues(request).languages
}
