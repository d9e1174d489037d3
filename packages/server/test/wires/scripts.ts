/** What a person does, whatever is in front of them. */
export type Act = 'a wrong code' | 'the right code' | 'a weak password' | 'a good password' | 'the code once more' | 'gives up'

export interface Script {
  readonly title: string
  readonly who: string
  /** Where their mail goes; absent for people who get none. */
  readonly mail?: string
  readonly acts: readonly Act[]
  /** What each act is answered with. */
  readonly told: readonly string[]
  readonly steps: readonly string[]
  readonly messages: readonly string[]
}

const ASKED_FOR_CODE = ['named userQuery', 'opened emailValidation']
const WRONG = 'refused emailValidation code-mismatch'
const TOO_MANY = [WRONG, WRONG, WRONG, 'ended emailValidation too-many-attempts']
const PROVEN = ['passed emailValidation', 'opened reset']
const CHANGED = ['passed reset', 'changed reset', 'ended reset completed']

const ALL: readonly Act[] = ['a wrong code', 'the right code', 'a weak password', 'a good password']
/** Somebody who gets no mail does the same, and guesses where others read. */
const GUESSES: Pick<Script, 'acts' | 'told' | 'messages'> = {
  acts: [...ALL, 'a wrong code', 'the right code'],
  told: ['refused', 'refused', 'refused', 'refused', 'refused', 'refused'],
  messages: ['withheld reset-code void'],
}

/** What people do, and what every wire must make of it: the same. */
export const SCRIPTS: readonly Script[] = [
  {
    title: 'somebody who mistypes the code, and then a password',
    who: 'jdoe',
    mail: 'jdoe@example.com',
    acts: ALL,
    told: ['refused', 'next', 'refused', 'done'],
    steps: [...ASKED_FOR_CODE, WRONG, ...PROVEN, 'refused reset policy', ...CHANGED],
    messages: ['sent reset-code', 'sent password-changed'],
  },
  {
    title: 'somebody who does not exist',
    who: 'nobody',
    ...GUESSES,
    steps: ['named userQuery no-match', 'opened emailValidation', ...TOO_MANY],
  },
  {
    title: 'somebody who is locked',
    who: 'llock',
    ...GUESSES,
    steps: ['named userQuery state-locked', 'opened emailValidation', ...TOO_MANY],
  },
  {
    title: 'somebody without an address',
    who: 'nomail',
    ...GUESSES,
    steps: ['named userQuery', 'hidden emailValidation no-mail', 'opened emailValidation', ...TOO_MANY],
  },
  {
    title: 'somebody who guesses until no more guesses are taken',
    who: 'bjensen',
    mail: 'bjensen@example.com',
    acts: ['a wrong code', 'a wrong code', 'a wrong code', 'the right code', 'a good password'],
    told: ['refused', 'refused', 'refused', 'refused', 'refused'],
    steps: [...ASKED_FOR_CODE, ...TOO_MANY],
    messages: ['sent reset-code'],
  },
  {
    title: 'somebody who tries to skip the code',
    who: 'bjensen',
    mail: 'bjensen@example.com',
    acts: ['a good password', 'the right code', 'a good password'],
    told: ['refused', 'next', 'done'],
    steps: [...ASKED_FOR_CODE, ...PROVEN, ...CHANGED],
    messages: ['sent reset-code', 'sent password-changed'],
  },
  {
    title: 'somebody who goes on after the end',
    who: 'bjensen',
    mail: 'bjensen@example.com',
    acts: ['the right code', 'a good password', 'a weak password', 'the right code'],
    told: ['next', 'done', 'refused', 'refused'],
    steps: [...ASKED_FOR_CODE, ...PROVEN, ...CHANGED],
    messages: ['sent reset-code', 'sent password-changed'],
  },
  {
    title: 'somebody who has the code sent again',
    who: 'mdurand',
    mail: 'mdurand@example.fr',
    acts: ['the code once more', 'a wrong code', 'the code once more', 'the right code', 'a good password'],
    told: ['next', 'refused', 'next', 'next', 'done'],
    steps: [...ASKED_FOR_CODE, WRONG, ...PROVEN, ...CHANGED],
    messages: ['sent reset-code', 'sent reset-code', 'sent reset-code', 'sent password-changed'],
  },
  {
    title: 'nobody, who has the code sent again',
    who: 'nobody',
    acts: ['the code once more', 'a wrong code', 'the code once more', 'a wrong code'],
    told: ['next', 'refused', 'next', 'refused'],
    steps: ['named userQuery no-match', 'opened emailValidation', WRONG, WRONG],
    messages: ['withheld reset-code void', 'withheld reset-code void', 'withheld reset-code void'],
  },
  {
    title: 'somebody who has the code sent more often than a conversation may',
    who: 'mmuster',
    mail: 'mmuster@example.de',
    acts: ['the code once more', 'the code once more', 'the code once more', 'the right code'],
    told: ['next', 'next', 'next', 'next'],
    steps: [...ASKED_FOR_CODE, 'limited emailValidation messages', ...PROVEN],
    messages: ['sent reset-code', 'sent reset-code', 'sent reset-code', 'withheld reset-code void'],
  },
  {
    title: 'somebody who gives up',
    who: 'hdesk',
    mail: 'hdesk@example.com',
    acts: ['a wrong code', 'gives up', 'the right code'],
    told: ['refused', 'left', 'refused'],
    steps: [...ASKED_FOR_CODE, WRONG, 'ended cancelled'],
    messages: ['sent reset-code'],
  },
  {
    title: 'nobody, who gives up',
    who: 'nobody',
    acts: ['gives up', 'a wrong code'],
    told: ['left', 'refused'],
    steps: ['named userQuery no-match', 'opened emailValidation', 'ended cancelled'],
    messages: ['withheld reset-code void'],
  },
]

/** What a wire has no call for; the pages of the dialects say so. Whoever has no such call begins again. */
export const CANNOT: { readonly [wire: string]: readonly Act[] } = {
  forgerock: ['the code once more', 'gives up'],
  centrify: [],
  airlock: [],
  cidaas: ['gives up'],
}
