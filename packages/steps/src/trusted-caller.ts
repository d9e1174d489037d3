import { defineStep, done, failed } from '@rekey/core'
import { matchesTimedToken, sameText } from './timed-token.js'

/** Proves that the calling application is the one that shares our secret. It vouches for the person it names later. */
export const trustedCaller = defineStep({
  type: 'trustedCaller',
  version: 1,
  description: 'Lets in the application that shares a secret, and takes its word for who the person is',
  settings: {
    secret: { type: 'string', secret: true, description: 'The shared token, as `${NAME}` of an environment variable' },
    mode: {
      type: 'string',
      enum: ['static', 'timed'],
      default: 'static',
      description:
        '`static`: the bearer token is the secret. `timed`: it is made from the secret and the time, and changes every five minutes',
    },
    skewWindows: {
      type: 'integer',
      minimum: 0,
      maximum: 12,
      default: 1,
      description: 'Windows of five minutes by which the clock of a timed token may differ',
    },
  },
  caller: true,
  takes: ['bearer'],
  proves: { class: 'vouched', channel: 'session' },
  refusal: { reason: 'caller-refused' },

  prepare({ settings, request, now }) {
    const given = request.bearer?.reveal() ?? ''
    const secret = settings.secret?.reveal() ?? ''
    // An empty secret would let everybody in who sends an empty token.
    if (secret === '') return failed('caller-refused')
    const right = settings.mode === 'timed' ? matchesTimedToken(given, secret, now, settings.skewWindows) : sameText(given, secret)
    return right ? done() : failed('caller-refused')
  },
})
