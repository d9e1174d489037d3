import type { Principal } from '../ports/directory.js'
import { maskMail, maskPhone } from '../step/mask.js'
import type { Digests } from './digests.js'
import type { Factor } from './query.js'
import { uuidOf } from './uuid-of.js'

/** The ways by which a person can prove who they are, addresses masked, ids that stay and say nothing. */
export function factorsOf(person: Principal, digests: Digests): readonly Factor[] {
  const id = (kind: string) => uuidOf(digests.bytes('factor', kind, person.id))
  return [
    ...(person.hasPassword ? [{ kind: 'password', id: id('password') } as const] : []),
    ...(person.mail === undefined ? [] : [{ kind: 'email', to: maskMail(person.mail), id: id('email') } as const]),
    ...(person.phone === undefined ? [] : [{ kind: 'sms', to: maskPhone(person.phone), id: id('sms') } as const]),
    ...(person.totp === true ? [{ kind: 'totp', id: id('totp') } as const] : []),
    ...(person.kba.length > 0 ? [{ kind: 'questions', id: id('questions') } as const] : []),
  ]
}
