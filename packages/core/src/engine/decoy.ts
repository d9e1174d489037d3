import type { Who } from '../machine/snapshot.js'
import type { Directory, Principal } from '../ports/directory.js'
import type { Digests } from './digests.js'

/** As much to copy as a person. */
const NOBODY = {
  id: '',
  userName: '',
  mail: '',
  givenName: 'Sam',
  surname: 'Miller',
  state: 'active',
  groups: [],
  kba: [],
  hasPassword: true,
  credentialVersion: '',
} as const satisfies Omit<Principal, 'phone'>

/**
 * The person that handlers see in a shadow. What the directory knows of a real one stays (somebody locked keeps their masked address);
 * what is missing is made by keyed digest of the identifier, so that it is the same tomorrow. Their id stays nobody's, so that passwords, codes and
 * answers are compared as for a stranger.
 * @param known the directory's answer for `who.id`, asked for shadows and others alike.
 */
export function decoyPrincipal(who: Who, known: Principal | undefined, digests: Digests, directory: Directory): Principal {
  const name = `u${digests
    .of('decoy-name', who.digest)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(0, 7)}`
  // As many as a step can ask for: somebody with too few must not stop where strangers go on.
  const answered = known?.kba ?? []
  return {
    phone: `+4930${String(10_000_000 + digests.pick(89_999_999, 'decoy-phone', who.digest))}`,
    givenName: NOBODY.givenName,
    surname: NOBODY.surname,
    ...(known ?? NOBODY),
    // Nothing of the person is tried, whatever comes of it: a directory that counts failures of its own would count them for the account.
    id: decoyId(who.digest, digests),
    userName: known?.userName ?? name,
    mail: known?.mail ?? who.typedMail ?? `${name}@example.com`,
    state: 'active',
    groups: known?.groups ?? [],
    kba: [...answered, ...[...directory.questions().keys()].flatMap((id) => (answered.some((one) => one.id === id) ? [] : [{ id }]))],
    hasPassword: true,
    totp: true,
    credentialVersion: who.credentialVersion,
  }
}

/** Stands for a person nobody has: same form of id, so that the directory is asked alike. */
export function decoyWho(identifier: string, digests: Digests): Who {
  const digest = digests.ofIdentifier(identifier)
  return {
    id: decoyId(digest, digests),
    digest,
    credentialVersion: digests.of('decoy-credential', digest),
    shadow: true,
    state: 'active',
    ...typedMailOf(identifier),
  }
}

/** The directory id that somebody unknown would have. @param digest of the identifier. */
export function decoyId(digest: string, digests: Digests): string {
  return digests.of('decoy-id', digest)
}

/** The identifier, where it is an address: what is masked then is what was typed. */
function typedMailOf(identifier: string): { readonly typedMail?: string } {
  return /^[^\s@]{1,64}@[^\s@]{1,190}$/.test(identifier) ? { typedMail: identifier } : {}
}
