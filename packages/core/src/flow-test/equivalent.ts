import type { Registry } from '../compile/registry.js'
import { NAMELESS_SECONDS } from '../engine/view-of.js'
import { canonicalJson } from '../machine/canonical-json.js'
import type { Machine } from '../machine/machine.js'
import { stepsOf } from '../machine/station.js'
import type { StepDefinition } from '../step/define-step.js'

/**
 * Why a changed machine behaves like the one it was made of, though it reads otherwise: no test could tell them apart. Each reason follows from
 * what the steps of the flow declare.
 * @returns undefined when it may behave otherwise.
 */
export function equivalence(machine: Machine, changed: Machine, registry: Registry): string | undefined {
  const steps = stepsOf(machine).flatMap(({ type }) => registry.steps.get(type) ?? [])
  return RULES.find(({ put, holds }) => sameMachine(put(changed, machine), machine) && holds(steps, machine, changed))?.reason
}

interface Rule {
  readonly reason: string
  /** The changed machine with the one part as it was that the rule is about. */
  readonly put: (changed: Machine, machine: Machine) => Machine
  readonly holds: (steps: readonly StepDefinition[], machine: Machine, changed: Machine) => boolean
}

const RULES: readonly Rule[] = [
  {
    reason: 'no password is changed, so that nothing is ensured',
    put: (changed, { ensure }) => ({ ...changed, ensure }),
    holds: (steps) => steps.every(({ changes }) => changes !== 'password'),
  },
  {
    reason: 'sessions end with every change of the password',
    put: (changed, { ensure }) => ({ ...changed, ensure }),
    holds: (_, { ensure }, changed) => ensure.every((one) => one === 'revokeSessions' || changed.ensure.includes(one)),
  },
  {
    reason: 'the caller names the person, and no step is about something that somebody may lack',
    put: (changed, { unknownAccount }) => ({ ...changed, unknownAccount }),
    holds: (steps) => steps.some(({ caller, names }) => caller === true && names === true) && steps.every((step) => !mayHide(step)),
  },
  {
    reason: 'no step sends a message',
    put: (changed, { limits: { messages } }) => ({ ...changed, limits: { ...changed.limits, messages } }),
    holds: (steps) => steps.every((step) => !sends(step)),
  },
  {
    reason: 'no step judges a proof that somebody gives',
    put: (changed, { limits: { failures } }) => ({ ...changed, limits: { ...changed.limits, failures } }),
    holds: (steps) => steps.every(({ kind, proves }) => kind === undefined || proves === undefined),
  },
  {
    reason: 'every way to a change proves what was required before, which the compiler has seen to',
    put: (changed, { require }) => ({ ...changed, require }),
    holds: (_, { require }) => require !== 'vouched',
  },
  {
    reason: 'nobody is waited for once the person is named, and until then a conversation has a short life of its own',
    put: (changed, { expiresSeconds }) => ({ ...changed, expiresSeconds }),
    holds: (steps, { nodes, expiresSeconds }) =>
      expiresSeconds >= NAMELESS_SECONDS &&
      nodes.every(({ onFail }) => onFail === undefined) &&
      steps.slice(steps.findIndex(({ names }) => names === true) + 1).every(({ kind }) => kind === undefined),
  },
]

/** Steps that find somebody by an answer, need an attribute, or only look and let pass. */
function mayHide({ kind, names, needs = [], proves, changes, caller }: StepDefinition): boolean {
  if (caller === true) return false
  return names === true || needs.length > 0 || (kind === undefined && proves === undefined && changes === undefined)
}

/** Steps that speak over a channel by which messages go, or that name the text of one. */
function sends({ channel, settings }: StepDefinition): boolean {
  return channel === 'email' || channel === 'sms' || 'template' in settings
}

function sameMachine(one: Machine, other: Machine): boolean {
  return canonicalJson(one) === canonicalJson(other)
}
