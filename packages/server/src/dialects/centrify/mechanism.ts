import { chooseLanguage, type AskedRequirement, type JsonObject, type Question } from '@rekey/core'

/** What a mechanism says beside its question. */
export interface MechanismWords {
  /** Of the caller, for questions that are kept in several. */
  readonly languages: readonly string[]
  /** What a new password must be; absent when nobody has said. */
  readonly passwordHint: string | undefined
}

/**
 * A question as one mechanism of a challenge. Every one has both prompts and `Enrolled`: clients that miss them refuse the whole package.
 * Source: vendor documentation, authentication mechanisms; `RESET` alone is printed there with three members.
 * @throws Error for a kind that the dialect does not list: the compiler let it through.
 */
export function mechanismOf(requirement: AskedRequirement, { languages, passwordHint }: MechanismWords): JsonObject {
  switch (requirement.kind) {
    case 'password':
      return draw(requirement, 'UP', 'Text', 'Password', 'Enter Password')
    case 'newPassword':
      return draw(requirement, 'RESET', 'Text', 'New password', 'Enter a new password', {
        ...(passwordHint !== undefined && { PasswordComplexityHint: passwordHint }),
      })
    case 'code':
      return outOfBand(requirement, 'StartTextOob')
    case 'approval':
      return outOfBand(requirement, 'StartOob')
    case 'answers':
      return questions(requirement, languages)
    case 'identifier':
    case 'choice':
    case 'consent':
    case 'attributes':
    case 'captcha':
      throw new Error(`a ${requirement.kind} is no mechanism`)
  }
}

type AnswerType = 'Text' | 'StartOob' | 'StartTextOob'

function draw(
  { target }: AskedRequirement,
  name: string,
  answerType: AnswerType,
  select: string,
  chosen: string,
  more: JsonObject = {},
): JsonObject {
  return {
    AnswerType: answerType,
    Name: name,
    PromptMechChosen: chosen,
    PromptSelectMech: select,
    MechanismId: target,
    ...more,
    Enrolled: true,
  }
}

/** By the channel that the step names; what comes over none of them is the vendor's app. */
function outOfBand(requirement: AskedRequirement, answerType: 'StartOob' | 'StartTextOob'): JsonObject {
  const { channel, to = '' } = requirement
  const typed = answerType === 'StartTextOob'
  switch (channel) {
    case 'email': {
      const chosen = typed
        ? 'A mail was sent to you. Enter the code that stands in it, or follow its link'
        : 'A mail was sent to you. Follow its link'
      return draw(requirement, 'EMAIL', answerType, to === '' ? 'Email' : `Email to ${to}`, chosen, {
        ...(to !== '' && { PartialAddress: to.slice(to.lastIndexOf('@') + 1), MaskedEmailAddress: to }),
      })
    }
    case 'sms': {
      const digits = /\d+$/.exec(to)?.[0]
      const chosen = typed
        ? 'A text message was sent to you. Enter the code that stands in it'
        : 'A text message was sent to you. Follow its link'
      return draw(requirement, 'SMS', answerType, digits === undefined ? 'Text message' : `Text message to ...${digits}`, chosen, {
        ...(digits !== undefined && { PartialDeviceAddress: digits }),
      })
    }
    case 'app':
      return typed
        ? draw(requirement, 'OATH', answerType, 'Authenticator app', 'Enter the code that your authenticator app shows')
        : draw(requirement, 'OTP', answerType, 'Mobile app', 'Approve the request in your mobile app')
    case 'knowledge':
    case 'session':
    case undefined:
    default:
      return draw(requirement, 'OTP', answerType, 'One-time code', typed ? 'Enter the code' : 'Approve the request')
  }
}

/** One question stands in `Question`, several in parts of their own. */
function questions(requirement: AskedRequirement, languages: readonly string[]): JsonObject {
  const asked = requirement.questions ?? []
  const [only, another] = asked
  const chosen = 'Enter the answer to your security question'
  if (another === undefined) {
    return draw(requirement, 'SQ', 'Text', 'Security question', chosen, { Question: only ? textOf(only, languages) : '' })
  }
  return draw(requirement, 'SQ', 'Text', 'Security questions', 'Enter the answers to your security questions', {
    MultipartMechanism: {
      PromptSelectMech: 'Security questions',
      MechanismParts: asked.map((question) => ({
        Uuid: question.key,
        QuestionText: textOf(question, languages),
        PromptMechChosen: chosen,
      })),
    },
  })
}

/** In the caller's language; a person's own question has one text. */
function textOf({ text }: Question, languages: readonly string[]): string {
  return text[''] ?? text[chooseLanguage(languages, Object.keys(text), 'en')] ?? Object.values(text)[0] ?? ''
}
