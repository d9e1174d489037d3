import { isJsonObject, type Answer, type AnswerRead, type AskedRequirement, type Filter, type Json } from '@rekey/core'

/**
 * The `Answer` of a mechanism. What kind it is, only the open question tells.
 * @param given undefined when the member is absent.
 */
export function openAnswer(given: Json | undefined): Answer {
  return {
    kind: 'open',
    // Under this name a new password is found again, when a change whose holder died must be compared with it.
    input: { password: given ?? null },
    read: (requirement) => readAnswer(requirement, given),
  }
}

function readAnswer(requirement: AskedRequirement, given: Json | undefined): AnswerRead {
  const member = memberOf(requirement)
  if (given === undefined || given === null) return { is: 'fault', problem: { code: 'answer-missing', at: `/${member}` } }
  if (requirement.kind === 'answers') return readAnswers(requirement, given)
  // Everything else is typed by a person: a text, and nothing in its place.
  return typeof given === 'string' ? { is: 'value', value: { [member]: given } } : invalid(`/${member}`)
}

/** One question is answered by a text, several by an object from `Uuid` to text. An answer that is missing is a wrong one. */
function readAnswers({ questions = [] }: AskedRequirement, given: Json): AnswerRead {
  const keys = questions.map(({ key }) => key)
  if (typeof given === 'string') {
    const [key] = keys
    return { is: 'value', value: { answers: key === undefined ? {} : { [key]: given } } }
  }
  if (!isJsonObject(given)) return invalid('/answers')
  const answers: Record<string, string> = Object.create(null)
  for (const key of keys) {
    const answer = given[key]
    if (answer === undefined) continue
    if (typeof answer !== 'string') return invalid(`/answers/${key}`)
    answers[key] = answer
  }
  return { is: 'value', value: { answers } }
}

/** The `User` of a log-in, for a first step that searches, or that takes the text as it is. */
export function userAnswer(user: string): Answer {
  return {
    kind: 'open',
    input: { user },
    read(requirement) {
      if (requirement.kind !== 'identifier') return invalid('')
      return { is: 'value', value: 'filter' in requirement.answer ? { filter: { ...byName(user) } } : { [memberOf(requirement)]: user } }
    },
  }
}

/** People type their user name or their address, both of which look like `name@suffix`. */
function byName(value: string): Extract<Filter, { is: 'or' }> {
  return {
    is: 'or',
    of: [
      { is: 'equals', field: 'userName', value },
      { is: 'equals', field: 'mail', value },
    ],
  }
}

/** The one member that this wire can fill. */
function memberOf(requirement: AskedRequirement): string {
  return requirement.required[0] ?? Object.keys(requirement.answer)[0] ?? 'answer'
}

function invalid(at: string): AnswerRead {
  return { is: 'fault', problem: { code: 'answer-invalid', at } }
}
