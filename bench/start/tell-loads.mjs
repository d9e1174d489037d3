// Preloaded into a server: says which modules it loads, marking packages that our own modules import themselves.
import { register } from 'node:module'

register('./load-hook.mjs', import.meta.url)
