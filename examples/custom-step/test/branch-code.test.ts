import { provide } from '@rekey/core'
import { stepContract } from '@rekey/core/testing'
import { branchCode } from '../src/branch-code.js'
import { BranchRegister } from '../src/branch-register.js'

// The rules that every step keeps, tried with a register of our own. `jdoe` is the person of the samples.
stepContract(branchCode, {
  provides: [
    provide(BranchRegister, () => ({ isHandedTo: async (userName, code) => userName === 'jdoe' && code.reveal() === 'H4PX92KM' })),
  ],
  right: { code: 'h4px-92km' },
})
