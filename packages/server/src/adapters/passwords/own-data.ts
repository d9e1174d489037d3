import type { Principal } from '@rekey/core'

const MIN_PART_LENGTH = 3

/** The fields of a person whose values a password must not hold, as the rule prints them. */
export const OWN_DATA_FIELDS = ['userName', 'mail', 'givenName', 'surname'] as const

/** The fields whose value stands somewhere in the password, in any case. Values shorter than three characters are no reason; of an address only the part before the `@` counts. */
export function ownDataIn(password: string, principal: Principal): readonly string[] {
  const folded = fold(password)
  return OWN_DATA_FIELDS.filter((field) => {
    const value = fold(field === 'mail' ? (principal.mail ?? '').replace(/@[^@]*$/, '') : (principal[field] ?? ''))
    return value.length >= MIN_PART_LENGTH && folded.includes(value)
  })
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase()
}
