import type { JsonObject, Properties } from '@rekey/core'

/** Settings under `dialects.bright-pattern` of the configuration. */
export const settings = {
  dnStyle: {
    type: 'string',
    enum: ['full', 'rdn'],
    default: 'full',
    description: 'How an answer names the person: by the whole distinguished name, or by its first part as the vendor’s sample does',
  },
  minimumMs: {
    type: 'integer',
    minimum: 0,
    maximum: 5000,
    default: 300,
    description: 'Least time in milliseconds that an answer takes, so that the time does not tell an unknown person from a known one',
  },
} as const satisfies Properties

export interface BrightPatternSettings {
  readonly dnStyle: 'full' | 'rdn'
  readonly minimumMs: number
}

/** Reads checked settings; what is absent has its default. */
export function readSettings(given: JsonObject): BrightPatternSettings {
  const { minimumMs } = given
  return {
    dnStyle: given['dnStyle'] === 'rdn' ? 'rdn' : 'full',
    minimumMs: typeof minimumMs === 'number' ? minimumMs : settings.minimumMs.default,
  }
}
