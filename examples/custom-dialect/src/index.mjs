import { defineServerPlugin } from '@rekey/server/dialect'
import { kiosk } from './kiosk.mjs'

/** What `plugins` in `rekey.yaml` loads: a package brings steps, dialects, or both. */
export default defineServerPlugin({ name: 'kiosk-dialect', dialects: [kiosk] })
