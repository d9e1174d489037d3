import type { SetPassword } from '@rekey/core'
import { AndFilter, Attribute, Change, EqualityFilter, NotFilter, PresenceFilter, type Control, type Filter } from 'ldapts'
import { stateIn } from './account-state.js'
import { AssertionControl, PolicyHintsControl } from './controls.js'
import type { LdapEntry } from './ldap-entry.js'
import type { LdapSettings } from './settings.js'

/** What a modify request says of one entry. */
export interface Modification {
  readonly changes: readonly Change[]
  readonly controls: readonly Control[]
}

export interface WantedChange extends Pick<SetPassword, 'act' | 'mustChange' | 'clearLockout'> {
  /** The password in the form in which all passwords are set. */
  readonly text: string
  readonly now: number
}

type ChangeSettings = Pick<LdapSettings, 'kind' | 'people' | 'lockoutMs'>

/** An attribute that the library's debug log shows without its values. */
class HiddenAttribute extends Attribute {
  toJSON(): { readonly type: string } {
    return { type: this.type }
  }
}

/**
 * The request that sets a password where the entry is still as it was read.
 * @param offersHints whether the server lets an administrator's change be measured by the history of passwords.
 */
export function modification(entry: LdapEntry, wanted: WantedChange, settings: ChangeSettings, offersHints: boolean): Modification {
  const made = settings.kind === 'openldap' ? openldap(entry, wanted, settings) : activeDirectory(entry, wanted, settings, offersHints)
  return { ...made, changes: [...made.changes, ...statusChanges(entry, wanted, settings)] }
}

/**
 * OpenLDAP with its password policy, which moves `pwdChangedTime`, keeps the history, and lifts every lock with the change: a lock that is
 * to stay is taken away and put back by ourselves in the same request, which the policy then leaves alone.
 */
function openldap(entry: LdapEntry, { text, act, mustChange, clearLockout, now }: WantedChange, settings: ChangeSettings): Modification {
  const { people } = settings
  const locked = entry.text('pwdAccountLockedTime')
  const state = stateIn(entry, { ...settings, people: NO_STATUS }, now)
  const staysLocked = locked !== undefined && (state === 'disabled' || (state === 'locked' && clearLockout !== true))
  const held = [
    stands(entry, people.version),
    ...(people.lastAct === undefined ? [] : [stands(entry, people.lastAct)]),
    // A lock that came after the entry was read is not lifted unasked.
    ...(clearLockout === true ? [] : [stands(entry, 'pwdAccountLockedTime')]),
  ]
  return {
    changes: [
      replaced('userPassword', text),
      mustChange === true ? replaced('pwdReset', 'TRUE') : replaced('pwdReset'),
      ...(people.lastAct === undefined ? [] : [replaced(people.lastAct, act)]),
      ...(staysLocked ? [changed('delete', 'pwdAccountLockedTime', locked), changed('add', 'pwdAccountLockedTime', locked)] : []),
    ],
    controls: [new AssertionControl(new AndFilter({ filters: held }))],
  }
}

/**
 * Active Directory. It knows no assertion: the act that was last is taken away by its value and the new one put there, which fails where
 * somebody else of us has been quicker; what others change is only looked at right before.
 * Source: [MS-ADTS] 3.1.1.3.1.5 for `unicodePwd`.
 */
function activeDirectory(
  entry: LdapEntry,
  { text, act, mustChange, clearLockout, now }: WantedChange,
  settings: ChangeSettings,
  offersHints: boolean,
): Modification {
  const { lastAct } = settings.people
  const last = entry.text(lastAct)
  const unlocks = clearLockout === true && stateIn(entry, { ...settings, people: NO_STATUS }, now) === 'locked'
  return {
    changes: [
      changed('replace', 'unicodePwd', Buffer.from(`"${text}"`, 'utf16le')),
      ...(mustChange === true ? [replaced('pwdLastSet', '0')] : []),
      ...(unlocks ? [replaced('lockoutTime', '0')] : []),
      ...(lastAct === undefined || last === undefined ? [] : [changed('delete', lastAct, last)]),
      ...(lastAct === undefined ? [] : [changed('add', lastAct, act)]),
    ],
    controls: offersHints ? [new PolicyHintsControl()] : [],
  }
}

/** The state that the policy keeps, without ours. */
const NO_STATUS = { id: '', userName: '', version: '', attributes: {} } as const

function statusChanges(entry: LdapEntry, { clearLockout }: WantedChange, { people: { status } }: ChangeSettings): readonly Change[] {
  const value = entry.text(status?.attribute)
  const [active] = status?.active ?? []
  if (status === undefined || value === undefined || active === undefined || clearLockout !== true || !status.locked.includes(value))
    return []
  return [changed('delete', status.attribute, value), changed('add', status.attribute, active)]
}

/** Whether an attribute still holds what was read of it. */
function stands(entry: LdapEntry, attribute: string): Filter {
  const value = entry.text(attribute)
  if (value !== undefined) return new EqualityFilter({ attribute, value })
  return new NotFilter({ filter: new PresenceFilter({ attribute }) })
}

/** Without values nothing is left of the attribute, whether or not there was something. */
function replaced(type: string, ...values: readonly string[]): Change {
  return new Change({ operation: 'replace', modification: new HiddenAttribute({ type, values: [...values] }) })
}

function changed(operation: 'add' | 'delete' | 'replace', type: string, value: string | Buffer): Change {
  return new Change({ operation, modification: new HiddenAttribute({ type, values: typeof value === 'string' ? [value] : [value] }) })
}
