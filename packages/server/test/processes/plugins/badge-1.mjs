import { definePlugin } from '@rekey/core'
import { badge } from './badge.mjs'

export default definePlugin({ name: 'acme', steps: [badge(1)] })
