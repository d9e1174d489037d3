import { parseAcceptLanguage, type JsonObject, type PolicyRule } from '@rekey/core'
import type { WireRequest, WireResponse } from '../../dialect/wire.js'
import { denied, failed, success } from './envelope.js'
import type { Desk } from './forgot.js'
import { readObjectOrForm, textOf } from './members.js'
import { FAULTS } from './problems.js'
import { mintRequestId } from './request-id.js'

/** Gives out a request id, without which no reset begins. Source: the SDKs, authrequest generate; captured by the PHP SDK's tests. */
export function generateRequest({ settings, site }: Desk, request: WireRequest): WireResponse {
  const body = readObjectOrForm(request)
  if (body.is === 'fault') return failed(FAULTS[body.why], request)
  const client = textOf(body.members, 'client_id')
  if (settings.clientIds.length > 0 && !settings.clientIds.includes(client ?? '')) return denied(request)
  const [lang = 'en'] = parseAcceptLanguage(request.headers.get('accept-language')?.join(', '))
  return success({ groupname: 'default', lang, view_type: 'login', requestId: mintRequestId(site, request) })
}

/** What the hosted pages read of an installation before anybody is known. Source: Android SDK, `PureNative.md`; vendor documentation. */
export function publicInfo(rules: readonly PolicyRule[]): WireResponse {
  return success({
    client_name: '',
    logo_uri: '',
    policy_uri: '',
    tos_uri: '',
    login_providers: [],
    passwordless_enabled: false,
    password_policy: passwordPolicy(rules),
  })
}

/** The rules as the vendor's model has them. Source: its Terraform provider, `password_policy.go`; all expressions must match. */
function passwordPolicy(rules: readonly PolicyRule[]): JsonObject {
  const param = (rule: string, name: string): number | undefined => {
    const value = rules.find((one) => one.rule === rule)?.params[name]
    return typeof value === 'number' ? value : undefined
  }
  const capitals = param('AT_LEAST_X_CAPITAL_LETTERS', 'numCaps') ?? 0
  const digits = param('AT_LEAST_X_NUMBERS', 'numNums') ?? 0
  return {
    blockCompromised: rules.some(({ rule }) => rule === 'COMMON' || rule === 'BREACHED'),
    // The rule does not tell how many are remembered; clients only ask whether there is one.
    denyUsageCount: rules.some(({ rule }) => rule === 'HISTORY') ? 1 : 0,
    strengthRegexes: [
      `^.{${param('MIN_LENGTH', 'minLength') ?? 1},${param('MAX_LENGTH', 'maxLength') ?? ''}}$`,
      ...(capitals > 0 ? [`^(?=(?:.*[A-Z]){${capitals}}).*$`] : []),
      ...(digits > 0 ? [`^(?=(?:.*[0-9]){${digits}}).*$`] : []),
    ],
    changeEnforcement: { expirationInDays: 0, notifyUserBeforeInDays: 0 },
  }
}
