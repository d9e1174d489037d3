import { PasswordGenerator, type Directory, type Registry } from '@rekey/core'
import type { StageParts } from '@rekey/core/flow-test'
import { appCode } from '@rekey/steps'
import { commonPasswords, loadCommonPasswords } from '../adapters/passwords/common-passwords.js'
import { RandomPasswords } from '../adapters/passwords/password-generator.js'
import { POLICY_PROFILES } from '../adapters/passwords/policy-profiles.js'
import { RulePolicy } from '../adapters/passwords/rule-policy.js'
import { secretsOf } from '../compose/demo-secrets.js'
import type { Config } from '../config/config.js'
import type { Variables } from '../config/variables.js'

/** What tests of flows are played with: the steps, dialects and password rules of the configuration, and nothing that reaches outside. */
export function testStage(
  config: Config,
  registry: Registry,
  { env, dry }: { readonly env: Variables; readonly dry: boolean },
): StageParts {
  const rules = { ...POLICY_PROFILES[config.passwords.profile], ...config.passwords.rules }
  // The list is long, and needed only by rules that look into it.
  const common = 'common' in rules && rules.common ? loadCommonPasswords() : commonPasswords('')
  return {
    steps: registry.steps,
    dialects: new Map(config.knownDialects.map((dialect) => [dialect.name, dialect])),
    secrets: secretsOf(config, env),
    policy: (directory: Directory) => new RulePolicy(rules, { directory, commonPasswords: common }),
    services: new Map<string, unknown>([[PasswordGenerator.name, new RandomPasswords(FIRST)]]),
    appCode,
    dry,
  }
}

/** Chooses the first of everything: a generated password shows its recipe, and is the same each time. */
const FIRST = () => 0
