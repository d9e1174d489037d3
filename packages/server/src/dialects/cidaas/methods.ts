import type { Factor, QueryAnswers } from '@rekey/core'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { denied, failed, success } from './envelope.js'
import { readObject, textOf } from './members.js'
import { FAULTS } from './problems.js'
import { isRequestId } from './request-id.js'
import type { Desk } from './forgot.js'
import type { CidaasSettings, Method } from './settings.js'

const TYPES = {
  password: 'PASSWORD',
  email: 'EMAIL',
  sms: 'SMS',
  totp: 'TOTP',
  questions: 'SECURITY_QUESTION',
} as const satisfies Record<Factor['kind'], Method>

/** The methods of the installation: a bare list, no envelope. Source: seed page, step 1. */
export function availableMethods({ methods }: CidaasSettings, factors: QueryAnswers['factors'], request: WireRequest): WireResponse {
  if (!factors) return denied(request)
  return { status: 200, headers: {}, body: methods.map((verificationType) => ({ verificationType, active: true })) }
}

/**
 * The methods of the person whose token it is. By the entry `PASSWORD` clients tell whether they have to set a password or change one.
 * Source: seed page, step 2.
 */
export function configuredMethods(factors: QueryAnswers['factors'], request: WireRequest): WireResponse {
  if (!factors) return denied(request)
  const body = readObject(request)
  if (request.body.is !== 'none' && body.is === 'fault') return failed(FAULTS[body.why], request)
  return success({
    configured_list: factors.map(({ kind, to, id }) => ({ type: TYPES[kind], mediums: to === undefined ? [] : [{ id, key_name: to }] })),
  })
}

/**
 * The methods that somebody without a token may try: those of the installation, the same for everybody, with no medium. What a stranger has
 * set up is nothing to tell. Source: vendor documentation, public configured list.
 */
export function publicMethods({ settings, site }: Desk, request: WireRequest): WireResponse {
  const body = readObject(request)
  if (body.is === 'fault') return failed(FAULTS[body.why], request)
  const requestId = textOf(body.members, 'request_id') ?? ''
  if (settings.requireRequestId && !isRequestId(site, requestId, request.now)) return failed(FAULTS['request-id'], request)
  return success({ configured_list: settings.methods.map((type) => ({ type, mediums: [] })) })
}
