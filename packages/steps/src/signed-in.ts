import { Bearers, defineStep, Directory, done, failed } from '@rekey/core'

/** Names the person whom a bearer token speaks for; a request that says it is about somebody else is refused. Who has no good token learns that and nothing else. */
export const signedIn = defineStep({
  type: 'signedIn',
  version: 1,
  description: 'Takes the person from the bearer token of the request: a login session of Rekey, or a token of a configured issuer',
  settings: {
    scopes: {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: 128 },
      uniqueItems: true,
      maxItems: 16,
      default: [],
      description: 'Scopes that the token must carry, all of them',
    },
  },
  caller: true,
  takes: ['bearer'],
  names: true,
  proves: { class: 'session', channel: 'session' },
  refusal: { reason: 'caller-refused' },
  inject: { bearers: Bearers, directory: Directory },

  async prepare({ settings, request, deps }) {
    const bearer = request.bearer && (await deps.bearers.verify(request.bearer))
    if (!bearer || !settings.scopes.every((scope) => bearer.scopes.includes(scope))) return failed('caller-refused')
    const names = [bearer.principal, ...(bearer.subjects ?? [])]
    if (request.subjects?.some((subject) => !names.includes(subject))) return failed('caller-refused')
    const principal = await deps.directory.read(bearer.principal)
    if (principal?.state !== 'active') return failed('caller-refused')
    return done({ names: { principal, identifier: principal.userName } })
  },
})
