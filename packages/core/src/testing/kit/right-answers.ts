import type { JsonObject } from '../../step/json.js'
import type { Ask } from '../../step/verdict.js'
import type { Bench } from './bench.js'
import { GOOD_PASSWORD, SAMPLE_ANSWERS, SAMPLE_PASSWORD } from './sample-person.js'
import { SAMPLE_HUMAN, sampleCode } from './sample-services.js'
import type { OpenQuestion } from './step-samples.js'

/** The answer that passes: the author's, or what the sample person would say to a question of this kind. */
export function rightAnswer({ step, samples, answers }: Bench, question: OpenQuestion, asked: Ask): JsonObject {
  const owed = asked.owes.find((message) => message.code !== undefined)?.code
  const open = { ...question, ...(owed && { code: sampleCode(owed.round, owed.format) }) }
  if (samples.right) return typeof samples.right === 'function' ? samples.right(open) : samples.right
  const plain = answers[0] ?? {}
  if (step.kind === undefined) return plain
  switch (step.kind) {
    case 'code':
      return { ...plain, ...(open.code !== undefined && { code: open.code }) }
    case 'password':
      return { ...plain, password: SAMPLE_PASSWORD }
    case 'newPassword':
      return { ...plain, password: GOOD_PASSWORD }
    case 'identifier':
      return { ...plain, filter: { is: 'equals', field: 'userName', value: 'jdoe' } }
    case 'answers':
      return {
        ...plain,
        answers: Object.fromEntries((asked.requirement.questions ?? []).map(({ key, id }) => [key, SAMPLE_ANSWERS[id] ?? ''])),
      }
    case 'approval':
    case 'choice':
    case 'consent':
    case 'attributes':
      return plain
    case 'captcha':
      // A step of a stranger may call it otherwise, and asks a service of its own.
      return { ...plain, ...('response' in plain && { response: SAMPLE_HUMAN }) }
  }
}
