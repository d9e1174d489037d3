import type { JsonObject } from '@rekey/core'
import { Ledger, type LeftOut } from '../ledger.js'
import { countIn } from './values.js'

/** What `selfservice.kba.json` says to flows, and what it says to an installation. */
export interface ImportedQuestions {
  /** Goes into `ask` of every `kba`. */
  readonly asked: number | undefined
  readonly carried: readonly string[]
  readonly leftOut: readonly LeftOut[]
}

/** Reads how many questions are asked; questions and texts belong to the installation. */
export function importQuestions(config: JsonObject): ImportedQuestions {
  const ledger = new Ledger(config)
  const asked = countIn(config['minimumAnswersToVerify'], 10)
  if (asked !== undefined) ledger.carry('/minimumAnswersToVerify')
  ledger.explain('/minimumAnswersToVerify', 'flow file, `ask` of `kba`: a number from 1 to 10')
  ledger.explain('/minimumAnswersToDefine', 'nowhere: no step lets people define their questions yet')
  ledger.explain('/questions', 'the file of people, `directory.seed` of rekey.yaml: its `questions`, by language')
  ledger.explain('/kbaPropertyName', 'rekey.yaml, `directory`: where the answers of people are kept')
  ledger.explain(
    '/numberOfAttemptsAllowed',
    'flow file, `attempts` beside `kba` and `limits: { failures }`; failures are forgotten with time',
  )
  ledger.explain('/kbaAttemptsPropertyName', 'nowhere: failures are counted in the store, not on the account')
  return { asked, carried: ledger.carried(), leftOut: ledger.leftOut() }
}
