import type { Dialect } from '../dialect/dialect.js'
import { airlock } from './airlock/index.js'
import { brightPattern } from './bright-pattern/index.js'
import { centrify } from './centrify/index.js'
import { cidaas } from './cidaas/index.js'
import { forgerock } from './forgerock/index.js'

/** The dialects that ship, in the order in which reports name them. */
export const dialects: readonly Dialect[] = [forgerock, centrify, airlock, cidaas, brightPattern]
