import { answerCheck, type AnswerCheck } from '../../engine/answer-check.js'
import type { Properties } from '../../step/schema.js'

const made = new Map<string, AnswerCheck>()

/** The engine's reader of answers, made once for each schema: a contract reads hundreds of answers under a few. @throws Error for a bent schema. */
export function readerOf(properties: Properties, required: readonly string[]): AnswerCheck {
  const key = JSON.stringify([properties, required])
  const reader = made.get(key) ?? answerCheck(properties, required)
  made.set(key, reader)
  return reader
}
