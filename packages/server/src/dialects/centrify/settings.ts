import type { Json, JsonObject, Properties } from '@rekey/core'
import { originsSetting } from '../../dialect/cors.js'

/** Settings under `dialects.centrify` of the configuration. */
export const settings = {
  tenantId: {
    type: 'string',
    pattern: '^[A-Za-z0-9]{1,32}$',
    default: 'ABC1234',
    description: 'Tenant id that packages and log-ins name; what clients send is not compared with it',
  },
  resetTransition: {
    type: 'string',
    enum: ['StartNextChallenge', 'NewPackage'],
    default: 'StartNextChallenge',
    description: "What answers the last proof of a forgotten password; the vendor's own screens can go on with `NewPackage` only",
  },
  weakPasswordReply: {
    type: 'string',
    enum: ['NewPackage', 'failure'],
    default: 'NewPackage',
    description: 'How a new password that breaks the policy is answered: asked again with the reason, or refused with it',
  },
  requireNativeHeader: {
    type: 'boolean',
    default: false,
    description: 'Whether calls without `X-CENTRIFY-NATIVE-CLIENT` or `X-IDAP-NATIVE-CLIENT` are answered with 401',
  },
  origins: originsSetting,
  pollHoldMs: {
    type: 'integer',
    minimum: 0,
    maximum: 5000,
    default: 300,
    description: 'Milliseconds that the answer to a poll is held back while nothing has happened; some clients poll without pause',
  },
} as const satisfies Properties

export interface CentrifySettings {
  readonly tenantId: string
  readonly resetTransition: 'StartNextChallenge' | 'NewPackage'
  readonly weakPasswordReply: 'NewPackage' | 'failure'
  readonly requireNativeHeader: boolean
  /** Of pages that may call from a browser and send the session's cookie. */
  readonly origins: readonly string[]
  readonly pollHoldMs: number
}

/** Reads checked settings; what is absent has its default. */
export function readSettings(given: JsonObject): CentrifySettings {
  const { tenantId, pollHoldMs } = given
  return {
    tenantId: typeof tenantId === 'string' ? tenantId : settings.tenantId.default,
    resetTransition: given['resetTransition'] === 'NewPackage' ? 'NewPackage' : 'StartNextChallenge',
    weakPasswordReply: given['weakPasswordReply'] === 'failure' ? 'failure' : 'NewPackage',
    requireNativeHeader: given['requireNativeHeader'] === true,
    origins: texts(given['origins']),
    pollHoldMs: typeof pollHoldMs === 'number' ? pollHoldMs : settings.pollHoldMs.default,
  }
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : settings.origins.default
}
