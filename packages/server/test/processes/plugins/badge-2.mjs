import { definePlugin } from '@rekey/core'
import { badge } from './badge.mjs'

/** Cannot finish what release 1 began. */
export default definePlugin({ name: 'acme', steps: [badge(2)] })
