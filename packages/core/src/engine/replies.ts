import type { ClaimResult } from '../ports/conversations.js'
import { decodeReply } from './encoding.js'
import type { Intent } from './intent.js'
import { isTheirs } from './is-theirs.js'
import type { EngineParts } from './parts.js'
import { commit } from './persist.js'
import type { Polls } from './polls.js'
import type { Previews } from './previews.js'
import { withoutSecrets } from './secret-outputs.js'
import type { Sitting } from './sitting.js'
import type { Sittings } from './sittings.js'
import type { Reply } from './view.js'

/** Draws replies: of a sitting as it stands, committed, or of one that was answered before. */
export class Replies {
  constructor(
    private readonly parts: EngineParts,
    private readonly sittings: Sittings,
    private readonly previews: Previews,
    private readonly polls: Polls,
  ) {}

  /** Commits, and only then tells. */
  async commit(sitting: Sitting, intent: Intent | undefined): Promise<Reply> {
    return (await commit(this.parts, sitting, { release: true })) ? this.of(sitting, intent) : { problem: { code: 'unavailable' } }
  }

  async of(sitting: Sitting, intent: Intent | undefined): Promise<Reply> {
    const { program, snapshot, version, problem } = sitting
    const ahead = intent?.ahead === true
    const shown = this.previews.showsMore(sitting, ahead) ? await this.previews.shown(sitting, ahead) : undefined
    // Who only looks is not the one for whom a secret was brought out.
    const looks = intent?.act === 'look' || intent?.act === 'cancel'
    const view = this.parts.views.of(program, looks ? withoutSecrets(program, snapshot) : snapshot, version, shown)
    const poll = intent?.act === 'poll' ? this.polls.found(sitting, intent.target) : undefined
    return {
      ...(view && { view: view.is === 'open' && poll !== undefined ? { ...view, poll } : view }),
      ...(problem && { problem }),
    }
  }

  /** The answer that the same request got before. */
  async replay(id: string, replayed: Extract<ClaimResult, { is: 'replayed' }>, intent: Intent): Promise<Reply> {
    const sitting = await this.sittings.read(id, replayed, intent)
    const problem = decodeReply(replayed.reply)
    if (!sitting) return { problem: { code: 'unavailable' } }
    // What is over shows nothing more, and its change may have ended the log-in.
    if (!sitting.snapshot.ended && !(await isTheirs(this.parts, sitting, intent))) return { problem: { code: 'token-invalid' } }
    return this.of({ ...sitting, problem }, intent)
  }
}
