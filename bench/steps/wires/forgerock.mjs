import { talk } from './talk.mjs'

const TARGET = '/openidm/selfservice/resetEmail?_action=submitRequirements'
const HEADERS = { 'X-OpenIDM-Username': 'anonymous', 'X-OpenIDM-Password': 'anonymous' }

/** A complete reset: four requests, the last of which changes the password; a code and the notice of the change are mailed. */
export const forgerock = {
  name: 'forgerock',
  says: 'ForgeRock: a reset',
  flows: ['forgerock/reset-email.yaml'],
  requests: ['start', 'name', 'code', 'password'],
  mails: 2,
  async play(send, { name, password, codeOf }, hears) {
    const say = talk('forgerock', send, hears)
    let token
    const request = async (input, isGood) => {
      const { document } = await say({ target: TARGET, headers: HEADERS, body: { token, input } }, isGood)
      token = document.token
    }
    const goesOn = (document) => document.token !== undefined
    await request({}, goesOn)
    await request({ queryFilter: `userName eq "${name}"` }, goesOn)
    await request({ code: await codeOf(name) }, goesOn)
    await request({ password }, ({ tag, status }) => tag === 'end' && status.success === true)
  },
  floor: {
    routes: ['/openidm/selfservice/:flow'],
    calls: [
      ['count', 'create'],
      ['claim', 'count', 'commit'],
      ['claim', 'count', 'commit'],
      ['claim', 'mark', 'commit'],
    ],
    carrier: 'token',
    carried: ({ body }) => body.token,
    carry: (document, token) => ({ body: document.token === undefined ? document : { ...document, token } }),
  },
}
