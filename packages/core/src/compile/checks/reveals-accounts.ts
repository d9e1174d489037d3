import { defineCheck } from './define-check.js'

/** The author may want the vendor's revealing answer; it is still worth a line in every report (SEC-77). */
export const revealsAccounts = defineCheck({
  code: 'reveals-accounts',
  severity: 'warning',
  run({ flow, report }) {
    const { unknownAccount, unknownAccountSpan } = flow.source
    if (unknownAccount !== 'reveal' || !unknownAccountSpan) return
    report(unknownAccountSpan, 'everybody can find out which accounts exist', {
      label: 'tells who exists',
      help: 'write `hide`, or accept it with a reason under `allow`',
    })
  },
})
