import { parseDuration } from '../step/duration.js'
import type { LinkedStep } from '../compile/linked-flow.js'
import { canonicalJson } from '../machine/canonical-json.js'
import { quote, visible } from '../diagnostics/quote.js'
import { isJsonObject, type Json } from '../step/json.js'
import { amount } from './compare-limits.js'
import type { Compared, SettingOrder } from './compared.js'
import { finding, type DiffFinding } from './finding.js'
import { stepsOfPair } from './items.js'
import { isGate } from './obstacle.js'
import { showDuration } from './show-amount.js'

/** What the steps that both versions have are told to do: tries, lives, and every other setting. */
export function compareSteps({ matching, orders }: Compared): readonly DiffFinding[] {
  return matching.pairs.flatMap((pair) => {
    const steps = stepsOfPair(pair)
    if (!steps || steps.old.definition.type !== steps.now.definition.type) return []
    const { old, now } = steps
    const name = quote(now.id)
    return [
      ...amount(`the tries at ${name}, \`attempts\`,`, old.attempts, now.attempts, String),
      ...guessing(old, now),
      ...changedSettings(old, now).flatMap((setting) => compareSetting(setting, old, now, orders[now.definition.type]?.[setting])),
    ].map((one) => ({ ...one, at: now }))
  })
}

function guessing(old: LinkedStep, now: LinkedStep): readonly DiffFinding[] {
  const [before, after] = [spaceOf(old), spaceOf(now)]
  if (before === undefined || after === undefined || before === after) return []
  const what = `the code of ${quote(now.id)} is ${after < before ? 'easier' : 'harder'} to guess: one of ${showCount(before)} -> one of ${showCount(after)}`
  return [finding(after < before ? 'danger' : 'note', 'limit', what)]
}

function spaceOf({ definition, settings }: LinkedStep): number | undefined {
  // The registry hides the parameter's type; it was inferred from the schema that these settings have passed.
  return definition.guessSpace?.((settings ?? {}) as never)
}

function showCount(count: number): string {
  return count >= 1e15 ? count.toExponential(0).replace('e+', 'e') : Math.round(count).toLocaleString('en')
}

function changedSettings(old: LinkedStep, now: LinkedStep): readonly string[] {
  const names = new Set([...Object.keys(old.settings ?? {}), ...Object.keys(now.settings ?? {})])
  return [...names].filter((name) => shownExactly(old.settings?.[name]) !== shownExactly(now.settings?.[name])).toSorted()
}

function shownExactly(value: Json | undefined): string {
  return value === undefined ? '' : canonicalJson(value)
}

function compareSetting(setting: string, old: LinkedStep, now: LinkedStep, order: SettingOrder | undefined): readonly DiffFinding[] {
  const [before, after] = [old.settings?.[setting], now.settings?.[setting]]
  const schema = now.definition.settings[setting]
  const name = `${quote(setting)} of ${quote(now.id)}`
  if (schema?.secret === true)
    return [finding('change', 'limit', `${name} is another secret: ${showSecret(before)} -> ${showSecret(after)}`)]
  const lives = [before, after].map((value) =>
    schema?.format === 'duration' && typeof value === 'string' ? parseDuration(value) : undefined,
  )
  const [short, long] = lives
  // 60s and 1m are one life.
  if (short !== undefined && long !== undefined) return amount(name, short, long, showDuration)
  const change = `${show(before)} -> ${show(after)}`
  const safer = order === undefined || before === undefined || after === undefined ? undefined : isAtLeastAsSafe(before, after, order)
  if (safer === true) return [finding('note', 'limit', `${name} is stricter: ${change}`)]
  if (safer === false) return [finding('danger', 'limit', `${name} is less strict: ${change}`)]
  if (isGate(now)) return [finding('danger', 'limit', `${name} may let other people through: ${change}`)]
  return [finding('change', 'question', `${name} changed: ${change}`)]
}

/** Whether the second value is at least as safe as the first. */
function isAtLeastAsSafe(before: Json, after: Json, order: SettingOrder): boolean | undefined {
  if (typeof order !== 'string') return order.findIndex((value) => value === after) >= order.findIndex((value) => value === before)
  if (Array.isArray(before) && Array.isArray(after)) {
    if (order === 'less but some' && (before.length === 0 || after.length === 0)) return before.length === 0
    const [few, many] = order === 'more' ? [before, after] : [after, before]
    return few.every((value) => many.includes(value))
  }
  if (typeof before === 'object' || typeof after === 'object') return undefined
  return order === 'more' ? Number(after) >= Number(before) : Number(after) <= Number(before)
}

const REFERENCE = /^\$\{\w+\}$/

/** A reference shows a name and no secret. */
function showSecret(value: Json | undefined): string {
  if (value === undefined) return 'none'
  return typeof value === 'string' && REFERENCE.test(value) ? quote(value) : '`***`'
}

function show(value: Json | undefined): string {
  if (value === undefined) return 'none'
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : visible(value.map((one) => (isJsonObject(one) ? JSON.stringify(one) : String(one))).join(', '))
  return quote(typeof value === 'string' ? value : JSON.stringify(value))
}
