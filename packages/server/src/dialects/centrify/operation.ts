import { isJsonObject, type Json } from '@rekey/core'
import { membersOf, textIn, type Members } from './members.js'

/** One action on one session. Source: vendor documentation, AdvanceAuthentication. */
export type Operation =
  | { readonly action: 'Answer'; readonly mechanism: string; readonly answer: Json | undefined }
  | { readonly action: 'StartOOB' | 'Poll'; readonly mechanism: string }
  | { readonly action: 'ForgotPassword' }

export interface Advance {
  readonly session: string
  /** In the order in which they are performed; never empty. */
  readonly operations: readonly [Operation, ...Operation[]]
}

/** Operations of one request. A package has one or two challenges, and each takes two operations at most. */
const MAX_OPERATIONS = 8

/**
 * Reads an advancing call. Members beside those named are ignored, `TenantId` too: some clients send another name of the tenant.
 * @returns undefined when a member is missing or of the wrong type, or the action unknown: nothing of the call is performed then.
 */
export function readAdvance(members: Members): Advance | undefined {
  const session = textIn(members, 'SessionId')
  if (session === undefined) return undefined
  if (textIn(members, 'Action') !== 'MultipleOperations') {
    const operation = readOperation(members)
    return operation && { session, operations: [operation] }
  }
  const listed = members.get('multipleoperations')
  if (!Array.isArray(listed) || listed.length > MAX_OPERATIONS) return undefined
  const operations: Operation[] = []
  for (const item of listed) {
    const operation = isJsonObject(item) ? readOperation(membersOf(item)) : undefined
    if (!operation) return undefined
    operations.push(operation)
  }
  const [first, ...others] = operations
  return first && { session, operations: [first, ...others] }
}

/** `Answer` counts with the action of that name only: some clients send an empty one along with the others. */
function readOperation(members: Members): Operation | undefined {
  const action = textIn(members, 'Action')
  if (action === 'ForgotPassword') return { action }
  const mechanism = textIn(members, 'MechanismId')
  if (mechanism === undefined) return undefined
  switch (action) {
    case 'Answer':
      return { action, mechanism, answer: members.get('answer') }
    case 'StartOOB':
    case 'Poll':
      return { action, mechanism }
    case undefined:
    default:
      return undefined
  }
}

/** The operation that the answer to the call is about: a call without a problem has performed them all. */
export function lastOf({ operations }: Advance): Operation {
  return operations.at(-1) ?? operations[0]
}

/** Whether the call is nothing but a poll. */
export function isPoll({ operations }: Advance): boolean {
  return operations.every(({ action }) => action === 'Poll')
}
