import { service } from '../step/service.js'
import type { Secret } from '../step/secret.js'

/** Who a bearer token speaks for. */
export interface Bearer {
  /** The directory's id of the person. */
  readonly principal: string
  readonly scopes: readonly string[]
  /** The names under which the token itself knows the person, such as its `sub`; a login session knows the directory's id only. */
  readonly subjects?: readonly string[]
}

/** Judges bearer tokens: our own sessions, and JWTs of configured issuers. */
export interface Bearers {
  /** @returns undefined for every fault alike. */
  verify(token: Secret): Promise<Bearer | undefined>
}

export const Bearers = service<Bearers>('Bearers')
