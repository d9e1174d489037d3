import { isJsonObject, type Json, type JsonObject } from '@rekey/core'
import { Ledger, pointer, type LeftOut } from '../ledger.js'
import { writeFlow, type ImportedStep } from '../write-flow.js'
import { STAGES, UNRESOLVED, type Stage } from './stages.js'
import { countIn, textIn } from './values.js'

/** A process of the vendor's as a flow of ours. */
export interface ImportedProcess {
  readonly id: string
  /** The flow file. What could not be translated stands in it as a step that nobody knows, so that it does not compile. */
  readonly text: string
  /** JSON pointers of the values that went into the flow. */
  readonly carried: readonly string[]
  readonly leftOut: readonly LeftOut[]
  /** Stages that have no step, or one that is not complete, and why. */
  readonly unresolved: readonly { readonly at: string; readonly stage: string; readonly why: string }[]
}

/** Longest life of a conversation, in seconds. */
const LONGEST_LIFE = 7 * 86_400

/**
 * Draws a flow from `selfservice-<name>.json` of ForgeRock IDM. Nothing of it becomes weaker in silence: a stage that there is no step
 * for stays in the flow as a step that does not compile, and every value is either carried over or listed.
 * @param name the process, as the name of the file says.
 * @param questionsAsked how many questions `selfservice.kba.json` asks, where that is known.
 */
export function importProcess(name: string, config: JsonObject, questionsAsked?: number): ImportedProcess {
  const ledger = new Ledger(config)
  const stages = Array.isArray(config['stageConfigs']) ? config['stageConfigs'] : []
  const tokenSeconds = countIn(tokenExpiry(config), LONGEST_LIFE)
  const steps: ImportedStep[] = []
  const unresolved: { at: string; stage: string; why: string }[] = []
  stages.forEach((stage: Json, index) => {
    const at = pointer('/stageConfigs', index)
    const stageConfig = isJsonObject(stage) ? stage : {}
    const stageName = textIn(stageConfig['name']) ?? textIn(stageConfig['class']) ?? 'a stage without a name'
    if (stageName === 'validateActiveAccount' && absorbed(stageConfig, at, steps, ledger)) return
    const proved = steps.some(({ type }) => type === 'emailValidation')
    const outcome = stepOf(stageName, { at, config: stageConfig, ledger, tokenSeconds, questionsAsked, proved })
    if ('unresolved' in outcome) {
      unresolved.push({ at, stage: stageName, why: outcome.unresolved })
      ledger.explain(at, `the stage \`${stageName}\` has no step: see the comment in the flow`)
      steps.push({ type: unknownType(stageName), notes: [`UNRESOLVED ${stageName}: ${outcome.unresolved}.`] })
      return
    }
    const { missing, ...step } = outcome
    if (missing === undefined) steps.push(step)
    else {
      unresolved.push({ at, stage: stageName, why: missing })
      steps.push({ ...step, notes: [...(step.notes ?? []), `UNRESOLVED: ${missing}.`] })
    }
  })
  explainFrame(ledger)
  const id = flowId(name)
  const text = writeFlow({
    id,
    heading: headingOf(name, unresolved.length),
    members: {
      speaks: { forgerock: { as: name, ...linkOf(stages, ledger) } },
      ...lifeOf(steps, tokenSeconds, ledger),
      // The vendor tells strangers who exists; nothing would be lost by that here, so it is not taken over.
      unknownAccount: 'hide',
    },
    steps: withIds(steps),
  })
  return { id, text, carried: ledger.carried(), leftOut: ledger.leftOut(), unresolved }
}

function stepOf(name: string, stage: Stage): ReturnType<NonNullable<ReturnType<typeof STAGES.get>>> {
  if ('class' in stage.config) return { unresolved: 'a stage of your own is a step by a plugin: see docs/steps.md' }
  return STAGES.get(name)?.(stage) ?? { unresolved: UNRESOLVED.get(name) ?? 'no such stage is known' }
}

/** That the account must be active is a setting of the step that finds it. */
function absorbed(config: JsonObject, at: string, steps: readonly ImportedStep[], ledger: Ledger): boolean {
  const value = config['validStatusValue']
  if (!steps.some(({ type }) => type === 'userQuery') || (value !== undefined && value !== 'active')) return false
  ledger.carry(pointer(at, 'name'))
  ledger.carry(pointer(at, 'validStatusValue'))
  ledger.explain(pointer(at, 'accountStatusField'), 'rekey.yaml, `directory`: by which name it knows the state of an account')
  return true
}

/** A type that no plugin has, but the one that is written to resolve it. */
function unknownType(name: string): string {
  const word = (name.split('.').at(-1) ?? '').replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 60)
  return `forgerock/${/^[A-Za-z]/.test(word) ? `${word.charAt(0).toLowerCase()}${word.slice(1)}` : `stage${word}`}`
}

function tokenExpiry({ snapshotToken }: JsonObject): Json | undefined {
  return isJsonObject(snapshotToken) ? snapshotToken['tokenExpiry'] : undefined
}

/** The vendor renews a token with every step and knows no end of a conversation; ours ends when all its tokens in turn would have. */
function lifeOf(steps: readonly ImportedStep[], tokenSeconds: number | undefined, ledger: Ledger): JsonObject {
  if (tokenSeconds === undefined) return {}
  ledger.carry('/snapshotToken/tokenExpiry')
  return { expires: `${Math.min(tokenSeconds * Math.max(steps.length, 1), LONGEST_LIFE)}s` }
}

/** One address for all links of a flow: that of its mail stages, where they agree. */
function linkOf(stages: readonly Json[], ledger: Ledger): JsonObject {
  const links = stages.flatMap((stage, index) => {
    const link = isJsonObject(stage) && stage['name'] === 'emailValidation' ? stage['verificationLink'] : undefined
    return link === undefined ? [] : [{ link, at: pointer(pointer('/stageConfigs', index), 'verificationLink') }]
  })
  const [first] = links
  if (!first || typeof first.link !== 'string' || !/^https?:\/\/[^\s]+$/.test(first.link) || first.link.length > 1024) return {}
  if (/[\p{Cc}\p{Cf}]/u.test(first.link)) return {}
  for (const { link, at } of links) if (link === first.link) ledger.carry(at)
  return { link: first.link }
}

function explainFrame(ledger: Ledger): void {
  ledger.explain('/snapshotToken', 'rekey.yaml, `keys`: tokens are signed references, and state stays in the store')
  ledger.explain('/snapshotToken/tokenExpiry', 'flow file, `expires`: whole seconds, at most 7 days')
  ledger.explain('/storage', 'rekey.yaml, `store`: state always stays in the store')
  ledger.explain('/allInOneRegistration', 'nowhere: it concerns registration')
}

/** The name of a process as the id of a flow; its name on the wire stays. */
function flowId(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '')
}

/** The second step of a type needs an id. */
function withIds(steps: readonly ImportedStep[]): readonly ImportedStep[] {
  const seen = new Map<string, number>()
  return steps.map((step) => {
    const count = (seen.get(step.type) ?? 0) + 1
    seen.set(step.type, count)
    return count === 1 ? step : { ...step, id: `${step.type.split('/').at(-1) ?? ''}${count}` }
  })
}

function headingOf(name: string, unresolved: number): readonly string[] {
  return [
    `Imported from selfservice-${name}.json of ForgeRock IDM.`,
    ...(unresolved === 0 ? [] : [`NOT COMPLETE: this file does not compile until what is marked UNRESOLVED (${unresolved}) is resolved.`]),
    'Unknown people are not told that they are unknown; the process it comes from tells them.',
  ]
}
