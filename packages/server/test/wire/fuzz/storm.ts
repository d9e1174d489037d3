import type { Call } from '../call.js'
import { BEND_NAMES, BENDS, carriersIn, type Mixture } from './bends.js'
import { slashed } from './corpus.js'
import type { Conversation, Means } from './conversations.js'
import type { Dice } from './dice.js'
import { Dice as DiceOf } from './dice.js'
import { draftOf, type Draft } from './draft.js'

/** A conversation that waits for one call of it, which has not been sent. */
export interface Held {
  readonly dialect: string
  readonly call: Call
}

class Stop extends Error {
  constructor(readonly call: Call) {
    super('held')
  }
}

/** Leads a conversation up to the call of that number. @returns undefined when it has no such call, or did not get so far. */
export async function held({ dialect, lead }: Conversation, means: Means, at: number, hasSlash: boolean): Promise<Held | undefined> {
  let said = 0
  const say = async (call: Call) => {
    if (said === at) throw new Stop(call)
    said += 1
    return means.say(call)
  }
  try {
    await lead({ ...means, say })
    return undefined
  } catch (stop) {
    if (stop instanceof Stop) return { dialect, call: hasSlash && /^(?:forgerock|airlock)$/.test(dialect) ? slashed(stop.call) : stop.call }
    throw stop
  }
}

/** A good request, and what is done to it. */
export interface Bent {
  readonly number: number
  readonly base: Draft
  readonly bends: readonly string[]
}

/** How many bends in a hundred requests: a few are sent as they are. */
export function bendsFor(dice: Dice): readonly string[] {
  const share = dice.below(100)
  const count = share < 10 ? 0 : share < 70 ? 1 : share < 90 ? 2 : 3
  return Array.from({ length: count }, () => dice.pick(BEND_NAMES))
}

/** Puts the bends into effect; each has dice of its own, so that it does the same when others are left out. */
export function bentDraft({ number, base, bends }: Bent, seed: number, mixture: Mixture): Draft {
  return bends.reduce((draft, name, at) => BENDS[name]?.(draft, new DiceOf(seed, number, at), mixture) ?? draft, base)
}

/** A call of another time with the carriers of a conversation that is alive: what comes later, in an earlier state, and the other way round. */
export function transplanted(call: Call, from: Held): Draft {
  const draft = draftOf(call)
  const alive = carriersIn(draftOf(from.call))
  const own = carriersIn(draft)
  const swap = (text: string) => own.reduce((sum, old, at) => sum.replaceAll(old, alive[Math.min(at, alive.length - 1)] ?? old), text)
  return {
    ...draft,
    target: swap(draft.target),
    headers: draft.headers.map(([name, value]) => [name, swap(value)]),
    ...(draft.body && { body: Buffer.from(swap(draft.body.toString())) }),
  }
}
