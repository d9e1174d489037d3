import type { PasswordPolicy } from '../ports/passwords.js'
import type { Sessions } from '../ports/sessions.js'
import { factorsOf } from './factors.js'
import type { FlowBook } from './flow-book.js'
import type { EngineParts } from './parts.js'
import type { Query, QueryAnswers } from './query.js'
import { sessionOf } from './session-of.js'

/** Answers the read-only questions. */
export class Queries {
  constructor(
    private readonly parts: EngineParts,
    private readonly book: FlowBook,
    private readonly policy: PasswordPolicy,
    /** Absent where nothing issues sessions. */
    private readonly sessions: Sessions | undefined,
  ) {}

  async answer(query: Query): Promise<QueryAnswers[Query['query']]> {
    switch (query.query) {
      case 'passwordRules':
        return this.policy.rules()
      case 'checkPassword':
        return this.policy.checkStatic(query.secret)
      case 'flows':
        return this.book.of(query.dialect).map(({ as, flow, title }) => ({ as, flow, ...(title !== undefined && { title }) }))
      case 'factors': {
        const bearer = await this.parts.bearers?.verify(query.bearer)
        const person = bearer && (await this.parts.directory.read(bearer.principal))
        return person && factorsOf(person, this.parts.digests)
      }
      case 'session':
        return sessionOf(query.bearer, { ...this.parts, sessions: this.sessions })
    }
  }
}
