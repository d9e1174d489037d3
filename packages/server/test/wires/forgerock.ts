import { ANONYMOUS, submitTo } from '../wire/call.js'
import { objectIn, part, posts, textOf, type Wire } from './speaker.js'

/** ForgeRock: a token that changes, in the body. It has no call to ask for the code again, and none to leave. */
export const forgerock: Wire = {
  name: 'forgerock',
  visit() {
    let token = ''
    const submit = (input: Readonly<Record<string, string>>) =>
      posts(submitTo('lost'), { ...(token !== '' && { token }), input }, ANONYMOUS)
    return {
      names: async (userName) => submit({ queryFilter: `userName eq "${userName}"` }),
      types: (code) => submit({ code }),
      chooses: (password) => submit({ password }),
      hears(answer) {
        const body = objectIn(answer)
        token = textOf(body, 'token') || token
        if (answer.status !== 200 || 'error' in part(body, 'requirements')) return 'refused'
        return body['tag'] === 'end' ? 'done' : 'next'
      },
      carriers: () => [token],
    }
  },
}
