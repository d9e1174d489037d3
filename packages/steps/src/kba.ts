import { ask, defineStep, Directory, done, hidden, rejected, Secret, type Question, type StoredQuestion } from '@rekey/core'

/** Asks security questions that the person once answered. Weak on its own; the compiler says so. */
export const kba = defineStep({
  type: 'kba',
  version: 1,
  description: 'Asks security questions that the person has answered before',
  settings: {
    ask: { type: 'integer', minimum: 1, maximum: 10, default: 1, description: 'How many questions are asked' },
    own: {
      type: 'boolean',
      default: false,
      description: "Whether questions of the person's own may be asked: strangers have none, so before other proof they tell who exists",
    },
  },
  kind: 'answers',
  channel: 'knowledge',
  asks: 'Answer security questions',
  answer: {
    answers: {
      type: 'object',
      maxProperties: 32,
      additionalProperties: { type: 'string', secret: true, maxLength: 256 },
      description: 'Answers by the key of their question',
    },
  },
  required: ['answers'],
  needs: ['kba'],
  proves: { class: 'knowledge', channel: 'knowledge' },
  refusal: { reason: 'answers-mismatch', at: '/answers' },
  attempts: 3,
  inject: { directory: Directory },

  prepare({ settings, principal, deps, pick }) {
    const configured = deps.directory.questions()
    const answered = settings.own ? principal.kba : principal.kba.filter(({ id }) => configured.has(id))
    if (answered.length < settings.ask) return hidden('too-few-questions')
    const chosen = choose(answered, settings.ask, pick)
    const questions = chosen.map((question, index): Question => ({
      key: `answer${index + 1}`,
      id: question.id,
      text: question.own === undefined ? (configured.get(question.id) ?? {}) : { '': question.own },
    }))
    return ask({ tag: 'initial', questions }, { state: { asked: chosen.map(({ id }) => id) } })
  },

  async submit({ principal, deps, state }, { answers }) {
    const asked = Array.isArray(state['asked']) ? state['asked'] : []
    const given = asked.map((question, index) => ({
      question: String(question),
      // A missing answer is compared like a wrong one, so that the time does not tell how many were given.
      answer: answers[`answer${index + 1}`] ?? new Secret(''),
    }))
    const right = await deps.directory.verifyAnswers(principal.id, given)
    return right ? done() : rejected('answers-mismatch', '/answers')
  },
})

/** The same questions every time until the password changes: asking again must not let an attacker shop for an easy one. */
function choose(from: readonly StoredQuestion[], count: number, pick: (label: string, below: number) => number): readonly StoredQuestion[] {
  const left = [...from]
  const chosen: StoredQuestion[] = []
  while (chosen.length < count && left.length > 0) {
    chosen.push(...left.splice(pick(`question ${chosen.length + 1}`, left.length), 1))
  }
  return chosen
}
