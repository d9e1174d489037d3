import type { JsonObject } from '@rekey/core'
import type { Site } from '../../dialect/dialect.js'
import type { WireRequest } from '../../dialect/wire.js'
import type { AirlockSettings } from './settings.js'

/** Where the dialect runs: its settings and its site. */
export interface Place {
  readonly settings: AirlockSettings
  readonly site: Site
}

/** The two halves of the interface: self-service for anybody, and for people who are signed in. */
export type Area = 'public' | 'protected'

/** The half that a request was sent to. */
export function areaOf({ settings }: Place, request: WireRequest): Area {
  return request.path.startsWith(`${settings.prefix}/protected/`) ? 'protected' : 'public'
}

/** Options of a flow, when it is served in that area. */
export function optionsIn({ site }: Place, area: Area, as: string): JsonObject | undefined {
  const options = site.options(as)
  const own = options?.['area'] === 'protected' ? 'protected' : 'public'
  return own === area ? options : undefined
}
