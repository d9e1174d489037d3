import type { Reply } from '../engine/view.js'
import { canonicalJson } from '../machine/canonical-json.js'
import type { AskedRequirement } from '../step/requirement.js'
import type { Span } from '../source/source-file.js'
import { describeReply } from './describe-reply.js'
import { missedMessages } from './judge-messages.js'
import type { ActExpectation, AskedExpectation, TestAct } from './test-file.js'
import type { Sent } from './world.js'

/** An expectation that did not hold. */
export interface Miss {
  readonly span: Span
  readonly expected: string
  readonly got: string
}

/** What came of an act. */
export interface Outcome {
  readonly reply: Reply | undefined
  readonly sent: readonly Sent[]
  /** User names of those whose credential was set. */
  readonly changed: readonly string[]
  /** What the engine reported. */
  readonly faults: readonly unknown[]
}

/** Compares what came of an act with what the test expects. A problem that nothing expects is a miss. */
export function judgeAct({ span, expect }: TestAct, { reply, sent, changed, faults }: Outcome): readonly Miss[] {
  const got = describeReply(reply)
  const { view, problem } = reply ?? {}
  const misses: Miss[] = []
  const want = (expected: { readonly span: Span } | undefined, holds: boolean, text: string, instead = got) => {
    if (expected && !holds) misses.push({ span: expected.span, expected: text, got: instead })
  }
  const { asks, refused, problem: code, reason, ends, outputs, sends, unchanged } = expect
  want(refused, isRefusal(reply) && problem?.reason === refused?.value, `refused ${refused?.value}`)
  want(code, problem?.code === code?.value, `problem ${code?.value}`)
  want(reason, problem?.reason === reason?.value, `the reason ${reason?.value}`)
  want(ends, view?.is === 'ended' ? view.as === ends?.value : ends?.value === 'failed' && endsIt(reply), `ends ${ends?.value}`)
  if (asks) {
    const requirement = view?.is === 'open' || view?.is === 'described' ? view.requirement : undefined
    const [expected, instead] = compareAsked(asks.value, requirement) ?? []
    want(asks, expected === undefined, expected ?? '', requirement && instead !== undefined ? instead : got)
  }
  if (outputs) {
    const given = view?.is === 'ended' ? view.outputs : {}
    for (const [name, value] of Object.entries(outputs.value)) {
      const holds = value === '$any' ? given[name] !== undefined : canonicalJson(given[name]) === canonicalJson(value)
      const instead = name in given ? `${name}: ${canonicalJson(given[name])}` : view?.is === 'ended' ? `no output ${name}` : got
      want(outputs, holds, `the output ${name}: ${canonicalJson(value)}`, instead)
    }
  }
  if (sends) misses.push(...missedMessages(sends, sent))
  want(unchanged, changed.length === 0, 'no credential is set', `set: that of ${changed.join(', ')}`)
  if (problem && misses.length === 0 && !expectsProblem(expect)) {
    const why = faults.length > 0 ? `: ${faults.map((fault) => (fault instanceof Error ? fault.message : String(fault))).join('; ')}` : ''
    misses.push({ span, expected: 'no problem', got: `${got}${why}` })
  }
  return misses
}

function expectsProblem({ refused, problem, reason, ends }: ActExpectation): boolean {
  return refused !== undefined || problem !== undefined || reason !== undefined || ends?.value === 'failed'
}

function isRefusal(reply: Reply | undefined): boolean {
  return reply?.problem?.code === 'answer-rejected' || reply?.problem?.code === 'too-many-attempts'
}

/** Whether the conversation is over though no view says so: it was refused at the door, or ended in its first request. */
function endsIt(reply: Reply | undefined): boolean {
  const code = reply?.problem?.code
  return reply?.view === undefined && (code === 'too-many-attempts' || code === 'step-failed' || code === 'caller-refused')
}

/** The first difference, as expected and got. */
function compareAsked(expected: AskedExpectation, asked: AskedRequirement | undefined): readonly [string, string?] | undefined {
  if (!asked) return [`asks ${expected.kind ?? expected.step ?? 'something'}`]
  const seen: Required<AskedExpectation> = {
    kind: asked.kind,
    step: asked.step.id,
    to: asked.to ?? 'no address',
    options: (asked.options ?? []).map(({ step }) => step.id),
    questions: (asked.questions ?? []).map(({ id }) => id),
    opened: asked.opened,
  }
  if (expected.kind !== undefined && expected.kind !== seen.kind) return [`asks ${expected.kind}`]
  for (const name of ['step', 'to', 'options', 'questions', 'opened'] as const) {
    if (expected[name] === undefined || canonicalJson(expected[name]) === canonicalJson(seen[name])) continue
    return [`${name}: ${canonicalJson(expected[name])}`, `${name}: ${canonicalJson(seen[name])}`]
  }
  return undefined
}
