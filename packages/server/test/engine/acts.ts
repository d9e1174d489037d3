import type { Answer, Filter, Intent, Reply } from '@rekey/core'

/** What every request of these tests brings. */
export const request = { languages: ['en'], address: '192.0.2.1', requestId: 'r-1' }

/** An intent of the dialect `wire` on its flow `reset`, unless the rest says otherwise. */
export function intent(act: Intent['act'], rest: Partial<Intent> = {}): Intent {
  return { act, dialect: 'wire', flow: 'reset', answers: [], request, ...rest }
}

export const searched = (filter: Filter): Answer => ({ kind: 'identifier', value: { filter } })
export const named = (userName: string): Answer => searched({ is: 'equals', field: 'userName', value: userName })
export const typed = (code: string): Answer => ({ kind: 'code', value: { code } })
export const password = (text: string): Answer => ({ kind: 'newPassword', value: { password: text } })
export const answered = (...texts: readonly string[]): Answer => ({
  kind: 'answers',
  value: { answers: Object.fromEntries(texts.map((text, index) => [`answer${index + 1}`, text])) },
})
export const blue: Answer = answered('Blue')
export const picked = (option: string): Answer => ({ kind: 'choice', value: { option } })

/** The open view of a reply, or a throw that shows the reply. */
export function openOf({ view, problem }: Reply) {
  if (view?.is !== 'open') throw new Error(`not open: ${JSON.stringify({ view, problem })}`)
  return view
}

/** The token of an open view. */
export function tokenOf(reply: Reply): string {
  return openOf(reply).token
}

/** A text that an ended flow gives out; empty when there is none. */
export function outputOf({ view }: Reply, name: string): string {
  const value = view?.is === 'ended' ? view.outputs[name] : undefined
  return typeof value === 'string' ? value : ''
}

/** A reply in two lines: where the conversation stands, and what was wrong with the request. */
export function short({ view, problem }: Reply) {
  return {
    view: view && (view.is === 'open' ? `${view.requirement.step.id} ${view.requirement.tag}` : view.is),
    problem: problem && [problem.code, problem.reason].filter(Boolean).join(' '),
  }
}
