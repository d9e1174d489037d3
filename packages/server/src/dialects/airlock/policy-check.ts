import { Secret } from '@rekey/core'
import type { QueryRoute } from '../../dialect/dialect.js'
import { readContent } from './content.js'
import { errorDocument, itemDocument } from './document.js'
import { refuseForgery } from './guard.js'
import type { Place } from './place.js'
import { policyDetail, wordsOf } from './problems.js'
import { readText } from './read-members.js'

/** Checks a password against the rules that need nobody. Source: vendor documentation, password settings: a public policy check. */
export function policyCheckRoute(place: Place, path: string): QueryRoute<'checkPassword'> {
  return {
    method: 'POST',
    path,
    query: 'checkPassword',
    ask(request) {
      const refuse = refuseForgery(place, request)
      if (refuse) return { refuse }
      const content = readContent(request)
      if (content.is === 'refused') return content
      if (content.is === 'malformed') return { refuse: errorDocument(400, 'MALFORMED_REQUEST', request) }
      const read = readText(content.members, 'password')
      if (read.is === 'text') return { query: 'checkPassword', secret: new Secret(read.text) }
      const { status, code, source } = wordsOf(place.settings, read.problem, (at) => at)
      return { refuse: errorDocument(status, code, request, { source }) }
    },
    answer(failures, request) {
      if (failures.length === 0) return itemDocument({ type: 'password-policy-check', id: '1', attributes: {} }, request)
      const source = { pointer: '/password', detail: policyDetail(place.settings, failures) }
      return errorDocument(400, 'PASSWORD_POLICY_VIOLATED', request, { source })
    },
  }
}
