import type { AccountState } from '@rekey/core'
import type { LdapEntry } from './ldap-entry.js'
import type { LdapKind, LdapSettings } from './settings.js'

/** What the state of an account is read from, beside the configured status. */
export const STATE_ATTRIBUTES = {
  openldap: ['pwdAccountLockedTime', 'pwdReset'],
  activeDirectory: ['userAccountControl', 'msDS-User-Account-Control-Computed', 'lockoutTime', 'accountExpires', 'pwdLastSet'],
} as const satisfies Readonly<Record<LdapKind, readonly string[]>>

/** In force until an administrator lifts it. Source: draft-behera-ldap-password-policy-10 section 5.3.3. */
const PERMANENTLY = '000001010000Z'

/** Bits of `userAccountControl`. Source: [MS-ADTS] 2.2.16. */
const DISABLED = 0x2
const LOCKED_OUT = 0x10

/** @param now in milliseconds since the epoch. */
export function stateIn(entry: LdapEntry, settings: Pick<LdapSettings, 'kind' | 'people' | 'lockoutMs'>, now: number): AccountState {
  const own = statusIn(entry, settings.people)
  const kept = settings.kind === 'openldap' ? policyState(entry, settings.lockoutMs, now) : accountState(entry, settings.lockoutMs, now)
  if (own === 'disabled' || kept === 'disabled') return 'disabled'
  return own === 'locked' || kept === 'locked' ? 'locked' : 'active'
}

/** Whether the password must be changed at the next log-in. */
export function mustChangeIn(entry: LdapEntry, kind: LdapKind): boolean {
  return kind === 'openldap' ? entry.text('pwdReset')?.toUpperCase() === 'TRUE' : entry.text('pwdLastSet') === '0'
}

/** A value that the mapping does not name is no reason to let somebody in. */
function statusIn(entry: LdapEntry, { status }: LdapSettings['people']): AccountState {
  const value = entry.text(status?.attribute)
  if (status === undefined || value === undefined || status.active.includes(value)) return 'active'
  return status.locked.includes(value) ? 'locked' : 'disabled'
}

/** The password policy of OpenLDAP. What an administrator has locked for good is for an administrator to open. */
function policyState(entry: LdapEntry, lockoutMs: number | undefined, now: number): AccountState {
  const locked = entry.text('pwdAccountLockedTime')
  if (locked === undefined) return 'active'
  if (locked === PERMANENTLY) return 'disabled'
  const since = generalizedTime(locked)
  return lockoutMs !== undefined && since !== undefined && since + lockoutMs <= now ? 'active' : 'locked'
}

function accountState(entry: LdapEntry, lockoutMs: number | undefined, now: number): AccountState {
  const control = Number(entry.text('userAccountControl') ?? '0')
  const expires = fileTime(entry.text('accountExpires'))
  if ((control & DISABLED) !== 0 || Number.isNaN(control) || (expires !== undefined && expires <= now)) return 'disabled'
  const computed = entry.text('msDS-User-Account-Control-Computed')
  // The server knows how long its locks last; where it does not say, the time of the lock has to do.
  if (computed !== undefined) return (Number(computed) & LOCKED_OUT) === 0 ? 'active' : 'locked'
  const locked = fileTime(entry.text('lockoutTime'))
  return locked === undefined || (lockoutMs !== undefined && locked + lockoutMs <= now) ? 'active' : 'locked'
}

/** `20260102030405Z`, with or without a fraction. @returns milliseconds since the epoch; undefined for what is no such time. */
function generalizedTime(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:[.,]\d+)?Z$/.exec(text)
  if (parts === null) return undefined
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number)
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** Tenths of microseconds since 1601. @returns milliseconds since the epoch; undefined for none and for never. */
function fileTime(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,19}$/.test(text)) return undefined
  const ticks = BigInt(text)
  return ticks === 0n || ticks >= 0x7fffffffffffffffn ? undefined : Number(ticks / 10_000n) - 11_644_473_600_000
}
