import { DEFAULT_IN_ROW, type Ensured, type Limits, type Required } from '../machine/machine.js'

/** What a flow has that says nothing. Each is the safe choice; a weaker one has to be written down (SEC-77). */
export const DEFAULTS = {
  expires: '15m',
  expiresSeconds: 15 * 60,
  unknownAccount: 'hide',
  require: { factors: 1, distinctChannels: true },
  limits: {
    failures: { principal: { count: 5, seconds: 3600 }, inRow: DEFAULT_IN_ROW },
    starts: { address: { count: 600, seconds: 3600 } },
    messages: { conversation: 3, destination: { count: 5, seconds: 3600 } },
  },
  ensure: ['notify', 'revokeSessions'],
} as const satisfies {
  readonly expires: string
  readonly expiresSeconds: number
  readonly unknownAccount: 'hide'
  readonly require: Required
  readonly limits: Limits
  readonly ensure: readonly Ensured[]
}

/** The most factors that a flow can require. */
export const MOST_FACTORS = 5

/** Attempts of a step when neither the flow nor the step's definition names a number. */
export const DEFAULT_ATTEMPTS = 5
