import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { SourceFile } from '../source/source-file.js'
import { NothingThere } from './answer-value.js'
import { testFault } from './codes.js'
import { describeReply } from './describe-reply.js'
import { effectText } from './effects.js'
import { judgeAct, type Miss } from './judge-act.js'
import { changedSince, judgeCase, type Versions } from './judge-case.js'
import { sentText } from './judge-messages.js'
import { Player, type Played } from './player.js'
import type { Stage } from './stage.js'
import type { TestAct, TestCase } from './test-file.js'
import { traceOf, type Trace } from './trace.js'
import type { World } from './world.js'

/** What came of one case. */
export interface CaseResult {
  readonly flow: string
  readonly dialect: string
  readonly name: string
  readonly file: SourceFile
  /** Expectations that did not hold; none when the case passed. */
  readonly failures: readonly Diagnostic[]
  /** What happened, a line for each act. */
  readonly story: readonly string[]
  /** What would have been brought about, of a dry run. */
  readonly effects: readonly string[]
  /** Where the conversations have been, for the coverage. */
  readonly trace: Trace
}

/** Plays one case in a world of its own, up to the first act that does something else than expected. */
export async function playCase(
  stage: Stage,
  played: Played,
  { file, testCase }: { readonly file: SourceFile; readonly testCase: TestCase },
): Promise<CaseResult> {
  const world = await stage.open(testCase)
  const trace = traceOf(world.events)
  const story: string[] = []
  try {
    const player = new Player(stage, played)
    const before = await versionsOf(world)
    let misses: readonly Miss[] = []
    for (const act of testCase.acts) {
      misses = await playAct(act, { player, world, file, story, trace })
      if (misses.length > 0) break
    }
    if (misses.length === 0) misses = await judgeCase(testCase.expect, world, { before, now: await versionsOf(world), dry: stage.dry })
    const failures = misses.map(({ span, expected, got }) =>
      testFault('test-failed', { file, span }, `expected ${expected}; got ${got}`, { label: 'expected' }),
    )
    const effects = stage.dry ? world.effects.map(effectText) : []
    return { flow: played.machine.flow, dialect: played.dialect, name: testCase.name, file, failures, story, effects, trace: trace.end() }
  } finally {
    await stage.close()
  }
}

interface Scene {
  readonly player: Player
  readonly world: World
  readonly file: SourceFile
  readonly story: string[]
  readonly trace: ReturnType<typeof traceOf>
}

async function playAct(act: TestAct, { player, world, file, story, trace }: Scene): Promise<readonly Miss[]> {
  const { doing, span, times } = act
  const before = await versionsOf(world)
  const [sent, faults] = [world.sent.length, world.faults.length]
  const line = `${file.positionAt(span.start).line}: ${doing.does}${times > 1 ? `, ${times} times` : ''}`
  try {
    let reply
    for (let left = times; left > 0; left -= 1) {
      reply = await player.do(doing)
      trace.see(reply?.view)
    }
    const outcome = {
      reply,
      sent: world.sent.slice(sent),
      changed: changedSince(before, await versionsOf(world)),
      faults: world.faults.slice(faults),
    }
    const told = outcome.sent.map((one) => `, sends ${sentText(one)}`).join('')
    const changed = outcome.changed.map((userName) => `, sets the password of ${userName}`).join('')
    story.push(reply ? `${line} -> ${describeReply(reply)}${told}${changed}` : `${line}${told}`)
    return judgeAct(act, outcome)
  } catch (error) {
    if (!(error instanceof NothingThere)) throw error
    story.push(`${line} -> ${error.message}`)
    return [{ span, expected: `\`${doing.does}\` can be done`, got: error.message }]
  }
}

async function versionsOf({ directory, people }: World): Promise<Versions> {
  const found = await Promise.all(people.map((userName) => directory.find({ is: 'equals', field: 'userName', value: userName })))
  return new Map(found.flatMap(([person]) => (person ? [[person.userName, person.credentialVersion]] : [])))
}
