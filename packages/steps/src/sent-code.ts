import {
  ask,
  done,
  durationSeconds,
  rejected,
  type Ask,
  type Codes,
  type Done,
  type Principal,
  type Rejected,
  type Round,
  type Secret,
} from '@rekey/core'
import { formatOf } from './code-format.js'

/** The setting `resend` of the steps that send a code. */
export const RESEND = {
  type: 'string',
  enum: ['same', 'new'],
  description: 'Whether sending again brings the same code while it lives, or a new one that ends it. Default: `same`',
} as const

/** What the steps that send a code see alike, whatever way it goes. */
export interface CodeSight {
  readonly settings: {
    readonly template: string
    readonly expires: string
    readonly code: 'digits' | 'uuid'
    readonly length: number
    readonly link: boolean
    readonly resend?: 'same' | 'new'
  }
  readonly deps: { readonly codes: Codes }
  readonly principal: Principal
  readonly round: Round
  readonly now: number
  readonly openedAt: number
}

/** The way a code goes: the channel, the address as the directory spells it, and how it is shown. */
export interface CodeWay {
  readonly channel: 'email' | 'sms'
  readonly to: string
  readonly masked: string
}

/** Asks for the code of this round, and owes the message that brings it. */
export function askForCode({ settings, principal, round, openedAt }: CodeSight, { channel, to, masked }: CodeWay): Ask {
  const lifeSeconds = durationSeconds(settings.expires)
  return ask(
    { tag: 'validateCode', to: masked },
    {
      owes: [
        {
          channel,
          template: settings.template,
          to,
          values: { name: principal.givenName ?? principal.userName, expiresMinutes: String(Math.ceil(lifeSeconds / 60)) },
          code: { round, format: formatOf(settings) },
          link: settings.link,
          expiresAt: openedAt + lifeSeconds,
        },
      ],
      ...(settings.resend === 'new' && { renews: true }),
    },
  )
}

/** Compares a typed code, in the same time whether it is right, wrong or too late. */
export function judgeCode(sight: CodeSight, code: Secret): Done | Rejected {
  if (code.reveal() === '') return rejected('code-missing', '/code')
  const right = sight.deps.codes.matches(code, sight.round, formatOf(sight.settings))
  return right ? judgeLink(sight) : rejected('code-mismatch', '/code')
}

/** A link is good for as long as the code beside it. */
export function judgeLink({ settings, openedAt, now }: Pick<CodeSight, 'settings' | 'openedAt' | 'now'>): Done | Rejected {
  return now < openedAt + durationSeconds(settings.expires) ? done() : rejected('code-mismatch', '/code')
}
