import type { Intent } from './intent.js'
import type { EngineParts } from './parts.js'
import type { Sitting } from './sitting.js'

/**
 * Whether the caller may see and move the conversation. Where the wire keeps it to its person, the bearer token must speak for whoever it is about;
 * as long as nobody was named, any good token will do.
 */
export async function isTheirs(
  { bearers }: Pick<EngineParts, 'bearers'>,
  { snapshot }: Sitting,
  { toItsPerson, request }: Intent,
): Promise<boolean> {
  if (toItsPerson !== true) return true
  const bearer = request.bearer && (await bearers?.verify(request.bearer))
  return bearer !== undefined && (snapshot.who === undefined || snapshot.who.id === bearer.principal)
}
