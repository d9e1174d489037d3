import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { definePlugin, type StepDefinition } from '../../src/index.js'
import { checkStep, RULES, sentenceOf, stepContract, type StepSamples } from '../../src/testing/index.js'
import { BADGE, badges } from './bad-steps/badges.js'
import { changesInSecret } from './bad-steps/changes-in-secret.js'
import { countsVisits } from './bad-steps/counts-visits.js'
import { finishesItself } from './bad-steps/finishes-itself.js'
import { forgetsOldState } from './bad-steps/forgets-old-state.js'
import { goodBadge } from './bad-steps/good-badge.js'
import { impossibleDefault } from './bad-steps/impossible-default.js'
import { keepsADate } from './bad-steps/keeps-a-date.js'
import { mailsTheCode } from './bad-steps/mails-the-code.js'
import { misspeltKeyword } from './bad-steps/misspelt-keyword.js'
import { namesInSecret } from './bad-steps/names-in-secret.js'
import { neverPasses } from './bad-steps/never-passes.js'
import { passesTheEmpty } from './bad-steps/passes-the-empty.js'
import { readsInSecret } from './bad-steps/reads-in-secret.js'
import { readsThePhone } from './bad-steps/reads-the-phone.js'
import { refusesInOtherWords } from './bad-steps/refuses-in-other-words.js'
import { rollsDice } from './bad-steps/rolls-dice.js'
import { silentQuestion } from './bad-steps/silent-question.js'
import { tellsInSecret } from './bad-steps/tells-in-secret.js'
import { tellsStrangersApart } from './bad-steps/tells-strangers-apart.js'
import { throwsOnNonsense } from './bad-steps/throws-on-nonsense.js'
import { unboundedAnswer } from './bad-steps/unbounded-answer.js'
import { writesInSecret } from './bad-steps/writes-in-secret.js'

const WITH_BADGES: StepSamples = { provides: [badges], right: { badge: BADGE } }

// What the authors of these steps are told, word for word.
const BAD: readonly (readonly [rule: string, saw: string, step: StepDefinition, samples?: StepSamples])[] = [
  ['schemas', '`settings/label` has the keyword `maxLenght`', misspeltKeyword],
  ['bounds', '`answer/nicknames` is a list without `maxItems`', unboundedAnswer],
  ['defaults', 'the default of `digits` is 2, which must be >= 4', impossibleDefault],
  ['version', 'version 2 finishes 2, 3', finishesItself],
  [
    'version',
    '`submit` throws TypeError: nothing was offered on the state of version 1',
    forgetsOldState,
    { earlier: { 1: { shown: true } } },
  ],
  ['rightAnswer', 'the right answer gives `rejected`, reason `badge-mismatch`', neverPasses, WITH_BADGES],
  ['verdict', '`prepare` asks, and the step has no `kind`', silentQuestion],
  ['total', '`submit` throws URIError: URI malformed for the answer {"returnTo":"%00%n${7*7}{{7*7}}"}', throwsOnNonsense],
  ['pure', 'a handler uses `Math.random`', rollsDice],
  ['pure', '`prepare` gives another verdict the second time, with the same context', countsVisits],
  ['roundTrip', '`state` of a `ask`: /since is a `Date`', keepsADate],
  ['needs', '`prepare` reads `phone` of the person, and without it says "undefined"', readsThePhone],
  ['reads', '`prepare` reads the fact `parameters.returnTo`', readsInSecret],
  ['writes', 'writes the fact `levels`, which it does not declare', writesInSecret],
  ['outputs', 'gives the output `shoeSize`, which it does not declare', tellsInSecret],
  ['names', 'a `done` names somebody, and nothing is declared', namesInSecret, WITH_BADGES],
  ['changes', 'a `done` changes a password, and nothing is declared', changesInSecret],
  ['proves', 'passes on the answer {"badge":""}', passesTheEmpty, WITH_BADGES],
  [
    'proves',
    'answers {"badge":"sample-text"} with `rejected`, reason `wrong-badge`, at `/badge`; a person who does not exist is refused with `badge-mismatch` at `/badge`',
    refusesInOtherWords,
    WITH_BADGES,
  ],
  ['secrets', '`owes` of what `prepare` gives holds a secret in clear', mailsTheCode, { right: { code: '48781741' } }],
  [
    'indistinguishable',
    'for the answer {"badge":"sample-text"}: calls Directory.read, acme/Badges.isOf for a person, Directory.read for a stranger',
    tellsStrangersApart,
    WITH_BADGES,
  ],
  ['samples', 'the step injects `acme/Badges`, and nothing provides a double of it', goodBadge],
]

describe('a bad step', () => {
  test.for(BAD)('is caught by the rule %s: %s', async ([rule, saw, step, samples]) => {
    const findings = await checkStep(step, samples)
    expect([...new Set(findings.map((finding) => finding.rule))]).toEqual([rule])
    expect(findings.map((finding) => finding.saw)).toContain(saw)
  })

  test('is there for every rule', () => {
    const broken = BAD.map(([rule]) => rule)
    expect(RULES.map(({ name }) => name).filter((name) => !broken.includes(name))).toEqual([])
  })
})

test('a fault is told as the law, what was seen, and the repair', async () => {
  const [finding] = await checkStep(writesInSecret)
  expect(finding && sentenceOf(finding)).toBe(
    [
      'step `acme/writesInSecret`, rule `writes`: a `done` writes exactly the facts that `writes` or `writesFor` declares, each of its type; only those marked `optional` may be left out',
      '  seen:   writes the fact `levels`, which it does not declare',
      '  repair: add `levels` with its schema to `writes`',
    ].join('\n'),
  )
})

test('what is watched is as it was before, whatever the step did', async () => {
  const watched = () => [
    Reflect.get(Math, 'random'),
    Reflect.get(crypto, 'randomUUID'),
    globalThis.Date,
    globalThis.setTimeout,
    globalThis.setInterval,
    globalThis.fetch,
    randomBytes,
  ]
  const before = watched()
  await checkStep(rollsDice)
  await checkStep(throwsOnNonsense)
  expect(watched().map((one, at) => one === before[at])).toEqual(before.map(() => true))
})

stepContract(goodBadge, WITH_BADGES)
stepContract(definePlugin({ name: 'acme', steps: [goodBadge] }), { 'acme/badge': WITH_BADGES })
