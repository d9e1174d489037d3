import { ask, defineStep, done, rejected, Secret } from '@rekey/core'
import { BranchRegister } from './branch-register.js'

/** Letters and digits that the desk prints: those that nobody confuses. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** Proves that the person was at the desk of a branch, where somebody has seen their passport. */
export const branchCode = defineStep({
  type: 'acme/branchCode',
  version: 1,
  description: 'Asks for the code that the desk of a branch has handed over on paper',
  settings: {
    length: { type: 'integer', minimum: 6, maximum: 16, default: 8, description: 'Characters of the code' },
  },
  kind: 'code',
  // Neither mail nor telephone: something that the person holds in their hand.
  channel: 'app',
  asks: 'Enter the code from your branch',
  answer: { code: { type: 'string', secret: true, maxLength: 64, description: 'Code from your branch' } },
  required: ['code'],
  needs: [],
  proves: { class: 'possession', channel: 'app' },
  refusal: { reason: 'code-mismatch', at: '/code' },
  guessSpace: ({ length }) => ALPHABET.length ** length,
  inject: { register: BranchRegister },

  prepare: () => ask({ tag: 'validateCode' }),

  async submit({ settings, principal, deps }, { code }) {
    const typed = code.reveal().replaceAll(/[ -]/g, '').toUpperCase()
    // Asked before the length is looked at: how long a refusal takes must not tell what was wrong.
    const isHanded = await deps.register.isHandedTo(principal.userName, new Secret(typed))
    return isHanded && typed.length === settings.length ? done() : rejected('code-mismatch', '/code')
  },
})
