import type { Dialect } from '../dialect/dialect.js'
import { forgerock } from './forgerock/index.js'

/** The dialects that ship, in the order in which reports name them. */
export const dialects: readonly Dialect[] = [forgerock]
