import type { LinkedStep } from '../compile/linked-flow.js'
import { quote, quoteAll } from '../diagnostics/quote.js'
import { canonicalJson } from '../machine/canonical-json.js'
import type { Properties } from '../step/schema.js'
import type { Compared } from './compared.js'
import { finding, type DiffFinding } from './finding.js'
import { itemsOf, stepsOfPair, type Item, type Pair } from './items.js'

/** What a person is asked and sent, and what a client sees of it: steps that come and go, their names, their answers, and what the end holds. */
export function compareQuestions({ old, now, matching }: Compared): readonly DiffFinding[] {
  const { pairs, gone, come } = matching
  const counterpart = new Map(pairs.map((pair) => [pair.old.item, pair.now.item]))
  return [
    ...gone.map((item) => left(item, now.linked.source.id ?? { span: { start: 0, end: 0 } }, now.linked.file, counterpart)),
    ...come.map((item) => added(item, itemsOf(now.linked))),
    ...calledOtherwise(pairs),
    ...pairs.flatMap((pair) => [...kept(pair), ...offer(pair, counterpart, come)]),
    ...outputs(itemsOf(old.linked), itemsOf(now.linked)).map((one) => ({
      ...one,
      at: { file: now.linked.file, span: now.linked.source.id?.span ?? { start: 0, end: 0 } },
    })),
  ]
}

type Counterparts = ReadonlyMap<Item['item'], Item['item']>

function left(
  { item, id, within }: Item,
  { span }: { readonly span: LinkedStep['span'] },
  file: LinkedStep['file'],
  counterpart: Counterparts,
): DiffFinding {
  const at = { file, span }
  // A client that picks it is refused; where the choice is gone too, nobody picks.
  if (within && counterpart.has(within))
    return finding('breaking', 'question', `${quote(id)} can no longer be picked at ${quote(within.id)}`, { at })
  if (item.is === 'choose') return finding('change', 'question', `nothing is to be picked at ${quote(id)} any more`, { at })
  return finding('change', 'question', `${quote(id)} ${doesOf(item, 'no longer')}`, { at })
}

function added({ item, id, at, within }: Item, items: readonly Item[]): DiffFinding {
  if (within) return finding('change', 'question', `${quote(id)} can be picked at ${quote(within.id)}`, { at: item })
  const behind = items.findLast((other) => other.at === at - 1 && !other.within)
  const place = behind ? `after ${quote(behind.id)}` : 'first'
  if (item.is === 'choose')
    return finding(
      'change',
      'question',
      `one of ${quoteAll(item.options.flatMap((option) => (option.is === 'step' ? [option.id] : [])))} is to be picked, ${place}`,
      { at: item },
    )
  return finding('change', 'question', `${quote(id)} ${doesOf(item, 'now')}, ${place}`, { at: item })
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  identifier: 'who it is',
  code: 'a code',
  answers: 'security questions',
  password: 'the password',
  newPassword: 'a new password',
  approval: 'an approval',
  consent: 'a consent',
  attributes: 'values',
  captcha: 'whether a human is there',
}

/** `now asks for a code`, `no longer mails`. */
function doesOf({ definition, settings }: LinkedStep, when: 'now' | 'no longer'): string {
  const { kind, channel } = definition
  const template = typeof settings?.['template'] === 'string' ? settings['template'] : undefined
  const text =
    template === undefined ? '' : ` ${kind === undefined ? '' : `${when === 'now' ? 'and' : 'or'} sends `}the text ${quote(template)}`
  if (kind === undefined) return template === undefined ? `${when} runs` : `${when} sends${text}`
  return `${when} asks for ${KIND_WORDS[kind] ?? kind}${kind === 'code' && channel ? ` (${channel})` : ''}${text}`
}

/** Ids are seen by clients that pick, by texts that are named after steps, and by tests. */
function calledOtherwise(pairs: readonly Pair[]): readonly DiffFinding[] {
  const renamed = pairs.filter(({ old, now }) => old.id !== now.id)
  const [first] = renamed
  if (!first) return []
  const list = renamed.map(({ old, now }) => `${quote(old.id)} -> ${quote(now.id)}`)
  if (renamed.length === 1) return [finding('change', 'question', `a step is called otherwise: ${list.join('')}`, { at: first.now.item })]
  return [
    finding(
      'change',
      'question',
      `${renamed.length} steps are called otherwise: ${list.slice(0, 6).join(', ')}${list.length > 6 ? ', …' : ''}`,
      { at: first.now.item },
    ),
  ]
}

function kept(pair: Pair): readonly DiffFinding[] {
  const steps = stepsOfPair(pair)
  if (!steps)
    return pair.old.item.is === pair.now.item.is
      ? []
      : [
          finding('breaking', 'question', `${quote(pair.now.id)} is a ${pair.now.item.is === 'choose' ? 'choice' : 'step'} now`, {
            at: pair.now.item,
          }),
        ]
  const { old, now } = steps
  const [before, after] = [old.definition, now.definition]
  if (before.kind !== after.kind) {
    const message = `${quote(now.id)} ${doesOf(now, 'now')}`
    return [finding('breaking', 'question', message, { at: now, details: [`before: ${quote(before.type)}`] })]
  }
  const another =
    before.type === after.type
      ? []
      : [finding('change', 'question', `${quote(now.id)} is of the type ${quote(after.type)}, was ${quote(before.type)}`, { at: now })]
  return [...another, ...answers(old, now)]
}

function answers(old: LinkedStep, now: LinkedStep): readonly DiffFinding[] {
  const [before, after] = [answerOf(old), answerOf(now)]
  const lost = Object.keys(before).filter((name) => !(name in after))
  const others = Object.keys(before).filter(
    (name) => name in after && canonicalJson(asJson(before[name])) !== canonicalJson(asJson(after[name])),
  )
  const demanded = now.definition.required.filter((name) => !old.definition.required.includes(name))
  const gained = Object.keys(after).filter((name) => !(name in before) && !demanded.includes(name))
  const name = quote(now.id)
  return [
    ...(lost.length > 0 ? [finding('breaking', 'question', `${name} no longer takes ${quoteAll(lost)}`, { at: now })] : []),
    ...(demanded.length > 0 ? [finding('breaking', 'question', `${name} demands ${quoteAll(demanded)}`, { at: now })] : []),
    ...(others.length > 0 ? [finding('breaking', 'question', `${name} takes other values as ${quoteAll(others)}`, { at: now })] : []),
    ...(gained.length > 0 ? [finding('change', 'question', `${name} takes ${quoteAll(gained)} too`, { at: now })] : []),
  ]
}

function answerOf({ definition, settings }: LinkedStep): Properties {
  // The registry hides the parameter's type; it was inferred from the schema that these settings have passed.
  return definition.answerFor?.((settings ?? {}) as never) ?? definition.answer
}

/** A schema as plain JSON: what has no place there says nothing to clients. */
function asJson(value: unknown): Parameters<typeof canonicalJson>[0] {
  return JSON.parse(JSON.stringify(value)) as Parameters<typeof canonicalJson>[0]
}

/** A step that was asked of everybody and is one of several now, or the other way round. */
function offer({ old, now }: Pair, counterpart: Counterparts, come: readonly Item[]): readonly DiffFinding[] {
  // A choice that is new is told as a whole.
  if (!old.within && come.some(({ item }) => item === now.within)) return []
  if (now.within && !old.within)
    return [finding('change', 'question', `${quote(now.id)} is one of several to pick now, at ${quote(now.within.id)}`, { at: now.item })]
  if (old.within && !now.within) return [finding('change', 'question', `${quote(now.id)} is asked without being picked`, { at: now.item })]
  if (!old.within || !now.within || counterpart.get(old.within) === now.within) return []
  return [
    finding('breaking', 'question', `${quote(now.id)} is picked at ${quote(now.within.id)}, was at ${quote(old.within.id)}`, {
      at: now.item,
    }),
  ]
}

function outputs(before: readonly Item[], after: readonly Item[]): readonly DiffFinding[] {
  const [old, now] = [before, after].map(
    (items) => new Set(items.flatMap(({ item }) => (item.is === 'step' ? Object.keys(item.definition.outputs ?? {}) : []))),
  )
  const lost = [...(old ?? [])].filter((name) => now?.has(name) !== true)
  const gained = [...(now ?? [])].filter((name) => old?.has(name) !== true)
  return [
    ...(lost.length > 0 ? [finding('breaking', 'question', `the end no longer gives ${quoteAll(lost)}`)] : []),
    ...(gained.length > 0 ? [finding('change', 'question', `the end gives ${quoteAll(gained)} too`)] : []),
  ]
}
