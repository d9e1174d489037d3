import type { JsonObject } from '@rekey/core'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { failed, success, type Failure } from './envelope.js'
import { isForm, readObjectOrForm, textOf } from './members.js'
import type { CidaasSettings, Pages } from './settings.js'

/** The three calls of a forgotten password. */
export type ResetCall = 'initiate' | 'validate' | 'accept'

/** Ids that the next page needs. */
export interface Ids {
  readonly rprq?: string | undefined
  readonly exchangeId?: string | undefined
}

/** Where the browser goes after a form post. */
const PAGES = {
  initiate: { good: 'forgot', bad: 'forgot' },
  validate: { good: 'set', bad: 'forgot' },
  accept: { good: 'success', bad: 'set' },
} as const satisfies Record<ResetCall, { readonly good: keyof Pages; readonly bad: keyof Pages }>

/** Says that a call went well: JSON to JSON, a redirect to a form. Source: vendor documentation, reset password accept, 4.0.4. */
export function succeed({ pages }: CidaasSettings, call: ResetCall, data: JsonObject, ids: Ids, request: WireRequest): WireResponse {
  if (!isForm(request)) return success(data)
  const { requestId, resetMedium, trackId } = kept(request)
  const values = call === 'accept' ? { requestId, suggested_action: 'LOGIN', trackId } : { requestId, ...spelled(ids), resetMedium }
  return redirect(pages[PAGES[call].good], values)
}

/**
 * Says what went wrong. A form's page gets its ids back, so that the person may try again.
 * @param ids what the engine knows better than the request.
 */
export function fail({ pages }: CidaasSettings, call: ResetCall, failure: Failure, request: WireRequest, ids: Ids = {}): WireResponse {
  if (!isForm(request)) return failed(failure, request)
  const { requestId, resetMedium, rprq, exchangeId } = kept(request)
  const own = { rprq: ids.rprq ?? rprq, ...(call === 'accept' && { exchangeId: ids.exchangeId ?? exchangeId }) }
  return redirect(pages[PAGES[call].bad], { requestId, ...spelled(own), resetMedium, ...errorValues(failure) })
}

/** The error as the pages read it. Source: vendor documentation, reset password accept, 4.0.4; exercise of the hosted pages. */
export function errorValues({ status, code, moreInfo, error }: Failure): Readonly<Record<string, string>> {
  return { error: PHRASES[status], error_description: error, error_code: moreInfo === '' ? String(code) : moreInfo }
}

const PHRASES = {
  400: 'Bad Request',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Payload Too Large',
  417: 'Expectation Failed',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
} as const satisfies Record<Failure['status'], string>

/** Both spellings of the exchange: the vendor's pages use one, its reference the other. */
export function spelled({ rprq, exchangeId }: Ids): Readonly<Record<string, string | undefined>> {
  return { rprq, exchangeId, exchangeid: exchangeId }
}

/** A redirect to a configured page; values that are undefined are left out. */
export function redirect(page: string, values: Readonly<Record<string, string | undefined>>): WireResponse {
  const target = new URL(page)
  for (const [name, value] of Object.entries(values)) if (value !== undefined) target.searchParams.set(name, value)
  return { status: 302, headers: { Location: target.href } }
}

const ID = /^[A-Za-z0-9_-]{1,128}$/

/** What a form sent and its next page wants back. Only ids that look like ids are repeated. */
function kept(request: WireRequest) {
  const body = readObjectOrForm(request)
  const id = (name: string) => {
    const value = body.is === 'members' ? textOf(body.members, name) : undefined
    return value !== undefined && ID.test(value) ? value : undefined
  }
  return {
    requestId: id('requestId'),
    trackId: id('trackId'),
    resetMedium: id('resetMedium'),
    rprq: id('resetRequestId'),
    exchangeId: id('exchangeId'),
  }
}
