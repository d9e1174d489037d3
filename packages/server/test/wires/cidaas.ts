import { objectIn, part, posts, textOf, type Wire } from './speaker.js'

/** cidaas: two ids, one for each half. The code is asked for again by the first call once more; there is no call to leave. */
export const cidaas: Wire = {
  name: 'cidaas',
  visit(send) {
    let initiate = posts('/users-srv/resetpassword/initiate', {})
    let resetRequestId = ''
    // What a client that has none yet can only make up.
    let exchangeId = 'none-yet'
    return {
      async names(username) {
        const generated = await send(posts('/authz-srv/authrequest/authz/generate', { client_id: 'wires' }))
        const requestId = textOf(part(objectIn(generated), 'data'), 'requestId')
        initiate = posts('/users-srv/resetpassword/initiate', { requestId, username, processingType: 'CODE', resetMedium: 'EMAIL' })
        return initiate
      },
      types: (code) => posts('/users-srv/resetpassword/validatecode', { resetRequestId, code }),
      chooses: (password) => posts('/users-srv/resetpassword/accept', { resetRequestId, exchangeId, password, confirmPassword: password }),
      asksAgain: () => initiate,
      hears(answer) {
        const data = part(objectIn(answer), 'data')
        resetRequestId = textOf(data, 'rprq') || resetRequestId
        exchangeId = textOf(data, 'exchangeId') || exchangeId
        if (answer.status !== 200) return 'refused'
        return data['reseted'] === true ? 'done' : 'next'
      },
      carriers: () => [resetRequestId, exchangeId],
    }
  },
}
