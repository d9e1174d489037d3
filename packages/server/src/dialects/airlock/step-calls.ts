import type { AnswerRead, AskedRequirement, Channel, JsonObject } from '@rekey/core'
import type { Area } from './place.js'
import { fault, readAnswers, readOne, readUserData, readUsername, value } from './read-members.js'
import type { AirlockSettings } from './settings.js'

/** A call that answers one kind of step. Its path names the step: any other step that is open is left alone. */
export interface StepCall {
  /** Below `/self-service/`, without a slash behind it. */
  readonly path: string
  /** Where the call exists; both areas when absent. */
  readonly area?: Area
  readonly fits: (requirement: AskedRequirement) => boolean
  read(requirement: AskedRequirement, members: JsonObject, settings: AirlockSettings): AnswerRead
  /** Member of the body that holds a new password. */
  readonly newPassword?: string
  /** Member of the body for a pointer into our answer. */
  readonly pointers: Readonly<Record<string, string>>
}

/** Steps of public and protected self-service flows. Source: vendor documentation, public self-service steps; the seed of the wire contract. */
export const STEP_CALLS: readonly StepCall[] = [
  {
    path: 'username/identify',
    fits: isOf('identifier'),
    read: (_requirement, members, { usernameFields }) => readUsername(members, usernameFields),
    pointers: { '/filter': '/username' },
  },
  {
    path: 'user-data/identify',
    fits: isOf('identifier'),
    read: (_requirement, members, { userDataItems }) => readUserData(members, userDataItems),
    pointers: { '/filter': '' },
  },
  otpCheck('email'),
  otpCheck('sms'),
  otpCheck('oath'),
  {
    path: 'verification/secret-questions/check',
    fits: isOf('answers'),
    read: (_requirement, members) => readAnswers(members),
    pointers: {},
  },
  {
    path: 'password/check',
    area: 'public',
    fits: isOf('password'),
    read: (_requirement, members) => readOne(members, 'password', 'password'),
    pointers: {},
  },
  {
    path: 'password/set',
    fits: isOf('newPassword'),
    read: (_requirement, members) => readOne(members, 'newPassword', 'password'),
    newPassword: 'newPassword',
    pointers: { '/password': '/newPassword' },
  },
  {
    path: 'message/acknowledge',
    fits: isOf('consent'),
    read: (requirement) => acknowledged(requirement),
    pointers: {},
  },
]

/** The steps whose code or message may be asked for again. */
export const RESEND_CALLS: readonly Pick<StepCall, 'path' | 'fits'>[] = (['email', 'sms'] as const).map((channel) => ({
  path: `verification/${channel}/otp/resend`,
  fits: isCodeOf(channel),
}))

function isOf(kind: AskedRequirement['kind']): StepCall['fits'] {
  return (requirement) => requirement.kind === kind
}

type OtpChannel = 'email' | 'sms' | 'oath'

/** Codes of authenticator apps go by the name of their standard on this wire. */
const CHANNELS = { email: 'email', sms: 'sms', oath: 'app' } as const satisfies Record<OtpChannel, Channel>

function isCodeOf(channel: OtpChannel): StepCall['fits'] {
  return (requirement) => requirement.kind === 'code' && requirement.channel === CHANNELS[channel]
}

function otpCheck(channel: OtpChannel): StepCall {
  return {
    path: `verification/${channel}/otp/check`,
    fits: isCodeOf(channel),
    read: (_requirement, members) => readOne(members, 'otp', 'code'),
    pointers: { '/code': '/otp' },
  }
}

/** The call itself is the consent: the first member of the answer that says yes or no says yes. */
function acknowledged({ answer }: AskedRequirement): AnswerRead {
  const member = Object.entries(answer).find(([, schema]) => schema.type === 'boolean')?.[0]
  return member === undefined ? fault({ code: 'out-of-turn' }) : value({ [member]: true })
}
