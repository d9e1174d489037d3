/** Where a directory that is not ours keeps what is known of people: names of columns or attributes. What is not named is not there. */
export interface PersonPlaces {
  readonly id: string
  readonly userName: string
  readonly mail?: string
  readonly phone?: string
  readonly givenName?: string
  readonly surname?: string
  readonly locale?: string
  readonly login?: string
  readonly domain?: string
  readonly principalName?: string
  readonly distinguishedName?: string
  readonly totp?: string
  readonly lastAct?: string
  /** By the name of a declared attribute. */
  readonly attributes: { readonly [name: string]: string }
}
