import { resolve, sep } from 'node:path'
import type { CompiledFlow } from '@rekey/core'
import { isMap, parseDocument, visit } from 'yaml'
import type { Config } from './config.js'
import { lacksCaptcha } from './lacks-captcha.js'
import { lacksMustChange } from './lacks-must-change.js'
import { SHIPPED_FLOWS } from './resolve-config.js'
import { faultAt } from './source.js'
import type { ConfigFault, Place } from './source.js'

/** A step that cannot work with this configuration, whatever its flow says. */
export interface UnusableStep {
  readonly type: string
  readonly id: string
  readonly why: string
  readonly help: string
}

/** @returns the first such step of a flow; undefined where all can work. */
export function unusableStep(config: Pick<Config, 'captcha' | 'directory'>, flow: Pick<CompiledFlow, 'machine'>): UnusableStep | undefined {
  return lacksCaptcha(config, flow) ?? lacksMustChange(config, flow)
}

/** Why a flow with such a step is not served, and what to do; undefined for a flow without one. */
export function whyUnusable(config: Pick<Config, 'captcha' | 'directory'>, flow: Pick<CompiledFlow, 'machine'>): string | undefined {
  const step = unusableStep(config, flow)
  return step && `its step \`${step.id}\` ${step.why}: ${step.help}`
}

/**
 * The steps that cannot work, each where it stands. Nobody has chosen the flows that ship where no others are configured: of these it
 * is a warning.
 * @param cwd what the paths of the files count from.
 */
export function unusableSteps(
  config: Pick<Config, 'captcha' | 'directory' | 'source'>,
  flows: readonly CompiledFlow[],
  cwd: string,
): readonly ConfigFault[] {
  const areChosen = config.source.says(['flows'])
  return flows.flatMap((flow) => {
    const step = unusableStep(config, flow)
    if (!step) return []
    const { id, why, help } = step
    const words = { message: `the step \`${id}\` ${why}`, label: 'not with this', help }
    const severity = !areChosen && isShipped(resolve(cwd, flow.file.path)) ? 'warning' : 'error'
    return [{ ...faultAt('config-unusable-step', placeOf(step, flow), words), severity }]
  })
}

function isShipped(path: string): boolean {
  return path.startsWith(`${SHIPPED_FLOWS}${sep}`)
}

/** Where a step of the type stands: the one of that id, where its file names it so. The flow compiled, so that its text is good. */
function placeOf({ type, id }: UnusableStep, { file, fragments }: CompiledFlow): Place {
  const found: (Place & { readonly id: unknown })[] = []
  for (const source of [file, ...fragments])
    visit(parseDocument(source.text), {
      Scalar(key, { value, range }, path) {
        if (value !== type || range == null || key === 'value') return
        const item = path.findLast(isMap)
        const own = key === 'key' && item?.has('id') ? item.get('id') : value
        found.push({ id: own, file: source, span: { start: range[0], end: range[1] } })
      },
    })
  return found.find((one) => one.id === id) ?? found[0] ?? { file, span: { start: 0, end: 0 } }
}
