import { budgetsContract } from './budgets-contract.js'
import { conversationsContract } from './conversations-contract.js'
import { machinesContract } from './machines-contract.js'
import { onceContract } from './once-contract.js'
import { outboxContract } from './outbox-contract.js'
import { sessionsContract } from './sessions-contract.js'
import type { OpenStore } from './store-fixture.js'

/** Every contract that a whole store has to keep. Call it at the top of a test file. */
export function storeContract(name: string, open: OpenStore): void {
  conversationsContract(name, open)
  outboxContract(name, open)
  budgetsContract(name, open)
  machinesContract(name, open)
  sessionsContract(name, open)
  onceContract(name, open)
}
