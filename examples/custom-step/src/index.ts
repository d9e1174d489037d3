import { join } from 'node:path'
import { definePlugin, provide } from '@rekey/core'
import { branchCode } from './branch-code.js'
import { BranchRegister } from './branch-register.js'
import { FileRegister } from './file-register.js'

/** What `plugins` in `rekey.yaml` loads: the step, and the service that it asks. */
export default definePlugin({
  name: 'acme',
  steps: [branchCode],
  provides: [provide(BranchRegister, ({ folder, env }) => new FileRegister(env['ACME_BRANCH_CODES'] ?? join(folder, 'branch-codes.json')))],
})
