import { isJsonObject, Secret, type JsonObject, type PolicyFailure, type PolicyRule, type Query } from '@rekey/core'
import type { Refusal } from '../../dialect/dialect.js'
import type { WireRequest } from '../../dialect/wire.js'
import { readContent } from './content.js'
import { errorDocument } from './document.js'

/** The policy of a resource: the password's rules and nothing else. Source: IDM, policy service; read by the password pages. */
export function policyDocument(resource: string, rules: readonly PolicyRule[]): JsonObject {
  return {
    _id: '*',
    resource,
    properties: [
      {
        name: 'password',
        policyRequirements: rules.map((rule) => rule.rule),
        policies: rules.map(({ id, rule, params }) => ({
          policyId: id,
          ...(Object.keys(params).length > 0 && { params }),
          policyRequirements: [rule],
        })),
      },
    ],
  }
}

/** Broken rules as every place of this wire lists them; an empty list is a good password. */
export function failedRequirements(failures: readonly PolicyFailure[]): JsonObject {
  const policyRequirements = failures.map(({ rule, params }) => ({ policyRequirement: rule, ...(params && { params }) }))
  return {
    result: failures.length === 0,
    failedPolicyRequirements: failures.length === 0 ? [] : [{ property: 'password', policyRequirements }],
  }
}

/** Reads `{ "password": "…" }`; a body without one asks about the empty password, as the page does when it opens. */
export function readPassword(request: WireRequest): Extract<Query, { readonly query: 'checkPassword' }> | Refusal {
  const read = readContent(request)
  if (read.is === 'refused') return { refuse: read.refuse }
  const password = isJsonObject(read.content) ? read.content['password'] : undefined
  if (password !== undefined && password !== null && typeof password !== 'string') {
    return { refuse: errorDocument(400, '/password: Expecting a java.lang.String', request) }
  }
  return { query: 'checkPassword', secret: new Secret(password ?? '') }
}
