import { talk } from './talk.mjs'

const COOKIE = 'AL_SESS-S'

/** A complete reset: the flow is selected, then name, code, new password. */
export const airlock = {
  name: 'airlock',
  says: 'Airlock: a reset',
  flows: ['airlock/password-reset.yaml'],
  requests: ['select', 'name', 'code', 'password'],
  mails: 2,
  async play(send, { name, password, codeOf }, hears) {
    const say = talk('airlock', send, hears)
    let cookie
    const request = async (path, body) => {
      const call = {
        target: `/auth/rest/public/self-service/${path}`,
        headers: cookie === undefined ? {} : { Cookie: cookie },
        body,
      }
      const { cookies } = await say(call, ({ errors }) => errors === undefined)
      cookie = cookies.find((one) => one.startsWith(`${COOKIE}=`)) ?? cookie
    }
    await request('flows/password-reset/select', {})
    await request('username/identify/', { username: name })
    await request('verification/email/otp/check/', { otp: await codeOf(name) })
    await request('password/set', { newPassword: password })
  },
  floor: {
    routes: ['/auth/rest/public/self-service/*act'],
    calls: [
      ['count', 'create'],
      ['claim', 'count', 'commit'],
      ['claim', 'count', 'commit'],
      ['claim', 'mark', 'commit'],
    ],
    carrier: 'token',
    carried: ({ cookie }) => cookie?.slice(COOKIE.length + 1),
    carry: (document, token) => ({
      body: document,
      ...(token !== undefined && { cookie: `${COOKIE}=${token}; Path=/; HttpOnly; SameSite=Lax; Secure` }),
    }),
  },
}
