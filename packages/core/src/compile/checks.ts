import { allowError, allowUnknownStep, allowWithoutReason, unknownCode } from './checks/allow.js'
import { conditionAlwaysFalse, conditionAlwaysTrue, tooManyBranches, unreachableStep, visibleBranchBeforeProof } from './checks/branches.js'
import type { Check } from './checks/define-check.js'
import { callerNotFirst } from './checks/caller-not-first.js'
import { dialectCannotAsk } from './checks/dialect-cannot-ask.js'
import { dialectCannotOffer } from './checks/dialect-cannot-offer.js'
import { guessableCode } from './checks/guessable-code.js'
import { endlessConversation, jumpOverChange } from './checks/jumps.js'
import { namedTwice } from './checks/named-twice.js'
import { needsPrincipal } from './checks/needs-principal.js'
import { questionsAlone } from './checks/questions-alone.js'
import { questionsFirst } from './checks/questions-first.js'
import { revealsAccounts } from './checks/reveals-accounts.js'
import { sameChannel } from './checks/same-channel.js'
import { sessionAlone } from './checks/session-alone.js'
import { unprovenChange } from './checks/unproven-change.js'
import { unwrittenFact } from './checks/unwritten-fact.js'
import { weakProof } from './checks/weak-proof.js'

/** Every check of a linked flow, in the order in which they run. */
export const CHECKS: readonly Check[] = [
  callerNotFirst,
  needsPrincipal,
  namedTwice,
  unwrittenFact,
  unprovenChange,
  sessionAlone,
  weakProof,
  sameChannel,
  guessableCode,
  conditionAlwaysFalse,
  conditionAlwaysTrue,
  unreachableStep,
  endlessConversation,
  jumpOverChange,
  visibleBranchBeforeProof,
  tooManyBranches,
  dialectCannotAsk,
  dialectCannotOffer,
  questionsAlone,
  questionsFirst,
  revealsAccounts,
  unknownCode,
  allowError,
  allowWithoutReason,
  allowUnknownStep,
]
