import { talk } from './talk.mjs'

/** What the shipped flow takes for the caller's secret: the server is given it as `REKEY_BRIGHT_PATTERN_TOKEN`. */
export const CALLERS_SECRET = 'a-secret-of-the-bench-that-guards-nothing'

/** A new password for a caller, whole in one request; nothing is carried on. */
export const brightPattern = {
  name: 'bright-pattern',
  says: 'Bright Pattern: a generated password',
  flows: ['bright-pattern/generate.yaml'],
  requests: ['generate'],
  mails: 1,
  async play(send, { name }, hears) {
    await talk(
      'bright-pattern',
      send,
      hears,
    )(
      {
        target: '/api/users',
        headers: { Authorization: `Bearer ${CALLERS_SECRET}` },
        body: { type: 'request', request: { action: 'generate_password', user: name } },
      },
      ({ res }) => res === 'ok',
    )
  },
  floor: {
    routes: ['/api/users'],
    calls: [['count', 'create', 'mark', 'commit']],
    carrier: 'none',
    secret: CALLERS_SECRET,
    carry: (body) => ({ body }),
  },
}
