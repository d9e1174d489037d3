import type { Principal } from '../ports/directory.js'
import type { Json, JsonObject } from '../step/json.js'
import type { Properties } from '../step/schema.js'

/** What every condition can ask about a person. Optional members are asked for with `has` first. */
export const PRINCIPAL_PROFILE = {
  id: { type: 'string', description: 'Id in the directory' },
  userName: { type: 'string', description: 'Name to log in with' },
  mail: { type: 'string', optional: true, description: 'Mail address' },
  phone: { type: 'string', optional: true, description: 'Phone number' },
  locale: { type: 'string', optional: true, description: 'Preferred language' },
  state: { type: 'string', enum: ['active', 'locked', 'disabled'], description: 'State of the account' },
  groups: { type: 'array', items: { type: 'string' }, description: 'Groups the person is in' },
  factors: {
    type: 'array',
    items: { type: 'string', enum: ['password', 'email', 'sms', 'totp', 'questions'] },
    description: 'What the person can prove themselves with',
  },
  kba: { type: 'array', items: { type: 'string' }, description: 'Ids of the security questions the person has answered' },
} as const satisfies Properties

/** A person as conditions see them: the core profile, and the attributes that the configuration declares, by name. */
export function principalForConditions(principal: Principal): JsonObject {
  const seen: { [name: string]: Json } = Object.create(null)
  for (const [name, value] of Object.entries(principal.attributes ?? {})) seen[name] = value
  // The profile is written last: no declared attribute can stand in for a part of it.
  for (const name of ['mail', 'phone', 'locale'] as const) {
    const value = principal[name]
    if (value === undefined) delete seen[name]
    else seen[name] = value
  }
  seen['id'] = principal.id
  seen['userName'] = principal.userName
  seen['state'] = principal.state
  seen['groups'] = principal.groups
  seen['factors'] = factorsOf(principal)
  seen['kba'] = principal.kba.map((question) => question.id)
  return seen
}

function factorsOf(principal: Principal): readonly string[] {
  const has = {
    password: principal.hasPassword,
    email: principal.mail !== undefined,
    sms: principal.phone !== undefined,
    totp: principal.totp === true,
    questions: principal.kba.length > 0,
  }
  return PRINCIPAL_PROFILE.factors.items.enum.filter((factor) => has[factor])
}
