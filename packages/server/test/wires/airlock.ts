import { valuesOf } from '../wire/call.js'
import { objectIn, part, posts, type Wire } from './speaker.js'

const ROOT = '/auth/rest/public/self-service'

/** Airlock IAM: a cookie that changes. */
export const airlock: Wire = {
  name: 'airlock',
  visit(send) {
    let cookie = ''
    const call = (path: string, body = {}) => posts(`${ROOT}${path}`, body, cookie === '' ? {} : { Cookie: `AL_SESS-S=${cookie}` })
    const hears: ReturnType<Wire['visit']>['hears'] = (answer) => {
      for (const set of valuesOf(answer, 'Set-Cookie')) cookie = /^AL_SESS-S=([^;]+)/.exec(set)?.[1] ?? cookie
      if (answer.status === 204) return 'left'
      if (answer.status !== 200) return 'refused'
      return 'nextStep' in part(part(objectIn(answer), 'data'), 'attributes') ? 'next' : 'done'
    }
    return {
      async names(username) {
        hears(await send(call('/flows/lost/select')))
        return call('/username/identify/', { username })
      },
      types: (otp) => call('/verification/email/otp/check/', { otp }),
      chooses: (newPassword) => call('/password/set', { newPassword }),
      asksAgain: () => call('/verification/email/otp/resend/'),
      leaves: () => ({ method: 'DELETE', target: `${ROOT}/flow`, headers: { Cookie: `AL_SESS-S=${cookie}` } }),
      hears,
      carriers: () => [cookie],
    }
  },
}
