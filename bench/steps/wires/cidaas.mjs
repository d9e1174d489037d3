import { talk } from './talk.mjs'

/** A complete reset by code. */
export const cidaas = {
  name: 'cidaas',
  says: 'cidaas: a reset',
  flows: ['cidaas/forgot.yaml'],
  requests: ['request', 'name', 'code', 'password'],
  mails: 2,
  async play(send, { name, password, codeOf }, hears) {
    const say = talk('cidaas', send, hears)
    const request = async (target, body) => {
      const { document } = await say({ target, body }, ({ success }) => success === true)
      return document.data
    }
    const { requestId } = await request('/authz-srv/authrequest/authz/generate', { client_id: 'bench' })
    const named = { requestId, username: name, processingType: 'CODE', resetMedium: 'EMAIL' }
    const { rprq } = await request('/users-srv/resetpassword/initiate', named)
    const { exchangeId } = await request('/users-srv/resetpassword/validatecode', { resetRequestId: rprq, code: await codeOf(name) })
    await request('/users-srv/resetpassword/accept', { resetRequestId: rprq, exchangeId, password, confirmPassword: password })
  },
  floor: {
    routes: ['/authz-srv/authrequest/authz/generate', '/users-srv/resetpassword/:act'],
    calls: [[], ['count', 'create'], ['claim', 'count', 'commit'], ['claim', 'mark', 'commit']],
    carrier: 'handle',
    opens: ({ requestId }) => requestId !== undefined,
    carried: ({ body }) => body.requestId ?? body.resetRequestId,
    carry: ({ data, ...document }, handle) => ({
      body: {
        ...document,
        data: {
          ...data,
          ...(data.requestId !== undefined && { requestId: handle }),
          ...(data.rprq !== undefined && { rprq: handle }),
        },
      },
    }),
  },
}
