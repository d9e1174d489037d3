// Contract suites: call one inside a test file of your adapter; they register vitest tests
export { storeContract } from './store-contract.js'
export { conversationsContract } from './conversations-contract.js'
export { outboxContract } from './outbox-contract.js'
export { budgetsContract } from './budgets-contract.js'
export { machinesContract } from './machines-contract.js'
export { sessionsContract } from './sessions-contract.js'
export { onceContract } from './once-contract.js'
export type { OpenStore, StoreFixture, StoreWishes } from './store-fixture.js'

// The contract of steps: rules as tests, and the same rules as data
export { checkStep, GOOD_PASSWORD, RULES, SAMPLE_BEARER, SAMPLE_PASSWORD, sentenceOf, stepContract } from './kit/index.js'
export type { Fault, Finding, OpenQuestion, Rule, SampleAnswer, StepSamples } from './kit/index.js'

// Directories
export { directoryContract } from './directory-contract.js'
export type { DirectoryWorld, OpenDirectory } from './directory-contract.js'
export { MemoryDirectory } from '../memory/memory-directory.js'
export type { MemoryDirectoryOptions } from '../memory/memory-directory.js'
export type { TestPerson } from '../memory/test-person.js'

// Waiting for what takes a moment
export { until } from './until.js'
