import type { Rule } from './rule.js'
import { bounds } from './rules/bounds.js'
import { changes } from './rules/changes.js'
import { defaults } from './rules/defaults.js'
import { indistinguishable } from './rules/indistinguishable.js'
import { names } from './rules/names.js'
import { needs } from './rules/needs.js'
import { outputs } from './rules/outputs.js'
import { proves } from './rules/proves.js'
import { pure } from './rules/pure.js'
import { reads } from './rules/reads.js'
import { rightAnswerPasses } from './rules/right-answer.js'
import { roundTrip } from './rules/round-trip.js'
import { schemas } from './rules/schemas.js'
import { secrets } from './rules/secrets.js'
import { total } from './rules/total.js'
import { verdict } from './rules/verdict.js'
import { version } from './rules/version.js'
import { writes } from './rules/writes.js'

/** What every step keeps, built-in or not: first what it declares, then how it behaves. */
export const RULES: readonly Rule[] = [
  schemas,
  bounds,
  defaults,
  version,
  rightAnswerPasses,
  verdict,
  total,
  pure,
  roundTrip,
  needs,
  reads,
  writes,
  outputs,
  names,
  changes,
  proves,
  secrets,
  indistinguishable,
]
