import type { State } from './reset.ts'

/** What a person is asked for, one line at a time. */
export type AskPerson = (question: string) => Promise<string>

/**
 * Leads a person through the flow. The compiler knows which states there are: with an arm left out, the last line does not compile.
 * @returns what to tell the person at the end.
 */
export async function walk(first: State, askPerson: AskPerson): Promise<string> {
  let state = first
  for (;;) {
    if ('problem' in state && state.problem) {
      // Only a refused answer can be mended by another one.
      if (state.problem.code !== 'refused') return state.problem.message
    }
    switch (state.state) {
      case 'userQuery':
        state = await state.answer({ filter: { is: 'equals', field: 'mail', value: await askPerson('Your mail address') } })
        break
      case 'emailValidation':
        state = await state.answer({ code: await askPerson('The code that was mailed to you') })
        break
      case 'reset':
        state = await state.answer({ password: await askPerson('Your new password') })
        break
      case 'completed':
        return 'The password is changed.'
      case 'failed':
        return state.problem.message
      case 'cancelled':
        return 'Given up.'
      case 'unknown':
        return `This page is too old for the question \`${state.type}\`.`
      default:
        return state satisfies never
    }
  }
}
