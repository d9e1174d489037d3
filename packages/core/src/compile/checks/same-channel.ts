import { quote } from '../../diagnostics/quote.js'
import { firstUnearned } from '../earned.js'
import { showWay } from '../path.js'
import { defineCheck, placeOf } from './define-check.js'

/** Two factors over one channel fall together: whoever reads the mailbox has both. */
export const sameChannel = defineCheck({
  code: 'same-channel',
  severity: 'error',
  run({ flow, changes, report }) {
    const change = firstUnearned(changes, flow.source.require)
    if (change?.why.is !== 'same-channel') return
    const { step } = change.point
    const { first, second } = change.why
    const { channel } = second.definition.proves
    report(second, `${quote(second.id)} proves over the same channel, \`${channel}\`, as ${quote(first.id)}`, {
      steps: [second.id, step.id],
      label: 'no second factor',
      related: [
        { ...placeOf(first), message: 'the first proof over it' },
        { ...placeOf(step), message: `the change that is not earned by ${showWay(change.way, step)}` },
      ],
      help: 'take a step of another channel, or write `distinctChannels: false` under `require`',
    })
  },
})
