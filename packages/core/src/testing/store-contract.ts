import { budgetsContract } from './budgets-contract.js'
import { conversationsContract } from './conversations-contract.js'
import { machinesContract } from './machines-contract.js'
import { outboxContract } from './outbox-contract.js'
import type { OpenStore } from './store-fixture.js'

/** Every contract that a whole store has to keep. Call it at the top of a test file. */
export function storeContract(name: string, open: OpenStore): void {
  conversationsContract(name, open)
  outboxContract(name, open)
  budgetsContract(name, open)
  machinesContract(name, open)
}
