import type { Refusal } from '../../dialect/dialect.js'
import type { WireRequest } from '../../dialect/wire.js'
import type { Desk } from './forgot.js'
import { openCode, sealCode } from './mailed-code.js'
import { errorValues, redirect, spelled } from './outcome.js'
import { failureOf, UNKNOWN } from './problems.js'
import { failed } from './envelope.js'

const PATH = '/password-srv/resetpassword'

/** The link of a mail: the names of its parameters are ours, as the vendor prints none. */
export function mailLink({ site }: Desk, rprq: string, code: string): string {
  return `${site.publicUrl}${PATH}?action=handlereset&rprq=${encodeURIComponent(rprq)}&code=${sealCode(site, rprq, code)}`
}

/**
 * Follows the link of a mail to the page that asks for the new password. Nothing is judged and nothing is spent: mail scanners follow links
 * too. Source: vendor documentation, reset password handle.
 */
export function followLink({ settings, site }: Desk, request: WireRequest): Refusal {
  if (onlyValue(request, 'action') !== 'handlereset') return { refuse: failed(UNKNOWN, request) }
  const rprq = onlyValue(request, 'rprq') ?? ''
  const exchangeId = onlyValue(request, 'code') ?? ''
  const good = openCode(site, rprq, exchangeId) !== undefined
  if (good) return { refuse: redirect(settings.pages.set, spelled({ rprq, exchangeId })) }
  const failure = failureOf({ code: 'token-invalid' }, 'validate')
  return { refuse: redirect(settings.pages.forgot, failure === 'denied' ? {} : errorValues(failure)) }
}

/** A parameter that stands once; nobody decides which of two counts. */
export function onlyValue(request: WireRequest, name: string): string | undefined {
  const values = request.query.filter(([given]) => given === name)
  return values.length === 1 ? values[0]?.[1] : undefined
}
