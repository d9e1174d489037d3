import { isJsonObject } from '@rekey/core'
import { objectIn, part, posts, textOf, type Wire } from './speaker.js'

const NATIVE = { 'X-CENTRIFY-NATIVE-CLIENT': '1' }

/** Centrify: a log-in that becomes a forgotten password; one session id for all of it; the mail goes out when it is asked for. */
export const centrify: Wire = {
  name: 'centrify',
  visit(send) {
    let session = ''
    let mechanisms: Readonly<Record<string, string>> = {}
    const advance = (body: Readonly<Record<string, string>>) =>
      posts('/Security/AdvanceAuthentication', { TenantId: 'ABC1234', SessionId: session, ...body }, NATIVE)
    const on = (mechanism: string, Action: string, Answer = '') => advance({ MechanismId: mechanisms[mechanism] ?? '', Action, Answer })
    return {
      async names(User) {
        const started = await send(posts('/Security/StartAuthentication', { TenantId: 'ABC1234', User, Version: '1.0' }, NATIVE))
        session = textOf(part(objectIn(started), 'Result'), 'SessionId')
        const { Challenges } = part(objectIn(await send(advance({ Action: 'ForgotPassword' }))), 'Result')
        const shown = (Array.isArray(Challenges) ? Challenges : []).flatMap((challenge: unknown) =>
          isJsonObject(challenge) && Array.isArray(challenge['Mechanisms']) ? challenge['Mechanisms'].filter(isJsonObject) : [],
        )
        mechanisms = Object.fromEntries(shown.map((mechanism) => [textOf(mechanism, 'Name'), textOf(mechanism, 'MechanismId')]))
        return on('EMAIL', 'StartOOB')
      },
      types: (code) => on('EMAIL', 'Answer', code),
      chooses: (password) => on('RESET', 'Answer', password),
      asksAgain: () => on('EMAIL', 'StartOOB'),
      leaves: () => posts('/Security/CleanupAuthentication', { TenantId: 'ABC1234', SessionId: session }, NATIVE),
      hears(answer) {
        const { success, Result } = objectIn(answer)
        if (success !== true) return 'refused'
        // A clean-up has no result; a package is the same question once more, with what was wrong beside it.
        if (!isJsonObject(Result)) return 'left'
        const summary = textOf(Result, 'Summary')
        return summary === 'NoncommitalSuccess' ? 'done' : summary === 'NewPackage' ? 'refused' : 'next'
      },
      carriers: () => [session],
    }
  },
}
