import { quote } from '../../diagnostics/quote.js'
import { effectOf, firstUnearned } from '../earned.js'
import { proofsOf, showWay, type PathPoint } from '../path.js'
import type { Registry } from '../registry.js'
import { defineCheck } from './define-check.js'

/** Proof before change: nobody's password is changed for whoever asks. The message shows the path that lacks the proof. */
export const unprovenChange = defineCheck({
  code: 'unproven-change',
  severity: 'error',
  run({ flow, path, changes, registry, report }) {
    const change = firstUnearned(changes, flow.source.require)
    if (change?.why.is !== 'unproven') return
    const { step } = change.point
    const vouched = flow.source.require === 'vouched'
    const lacks = vouched ? 'vouches for nobody' : 'proves nothing'
    const help = vouched ? helpVouched(registry) : helpProven(path, change.point, registry)
    const voucher = vouched ? undefined : proofsOf(change.way).find(({ definition }) => definition.proves.class === 'vouched')
    report(step, `${quote(step.id)} ${effectOf(step.definition)}, but the path ${showWay(change.way, step)} ${lacks}`, {
      steps: [step.id],
      label: 'not earned',
      help: voucher ? `${quote(voucher.id)} vouches for the person; that is enough only with \`require: vouched\`` : help,
    })
  },
})

function helpProven(path: readonly PathPoint[], at: PathPoint, registry: Registry): string {
  const later = path.find((point) => point.at > at.at && point.step.definition.proves !== undefined)
  if (later) return `move ${quote(later.step.id)} up, before it`
  const proving = [...registry.steps.values()].find((step) => step.proves?.class === 'possession')
  return `put a step before it that proves who is asking${proving ? `, such as \`${proving.type}\`` : ''}`
}

function helpVouched(registry: Registry): string {
  const vouching = [...registry.steps.values()].find((step) => step.proves?.class === 'vouched')
  return `\`require: vouched\` asks for a caller who answers for the person${vouching ? `: put \`${vouching.type}\` before it` : ''}`
}
