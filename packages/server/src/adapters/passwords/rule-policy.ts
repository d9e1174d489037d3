import type { Directory, JsonObject, PasswordPolicy, PolicyFailure, PolicyRule, Principal, Secret } from '@rekey/core'
import type { BreachedPasswords } from './breached/breached-passwords.js'
import type { CommonPasswords } from './common-passwords.js'
import { OWN_DATA_FIELDS, ownDataIn } from './own-data.js'
import { MAX_PASSWORD_CHARACTERS, characters, passwordText } from './password-text.js'
import type { PolicyOptions } from './policy-profiles.js'

/** What the rules look things up in. */
export interface PolicySources {
  readonly directory: Pick<Directory, 'remembersPassword'>
  readonly commonPasswords: CommonPasswords
  /** Without it nothing is looked up. */
  readonly breached?: BreachedPasswords
}

/** A password policy made of rules that can be switched one by one. Names and parameters of the rules are those ForgeRock's clients know. */
export class RulePolicy implements PasswordPolicy {
  readonly #rules: readonly Rule[]
  readonly #sources: PolicySources

  constructor(options: PolicyOptions, sources: PolicySources) {
    this.#rules = rulesOf({ ...options, breached: sources.breached !== undefined })
    this.#sources = sources
  }

  rules(): readonly PolicyRule[] {
    return this.#rules.map(({ id, rule, params }) => ({ id, rule, params }))
  }

  checkStatic(secret: Secret): readonly PolicyFailure[] {
    return this.#failures(secret)
  }

  async check(secret: Secret, principal: Principal): Promise<readonly PolicyFailure[]> {
    const failures = this.#failures(secret, principal)
    // History costs a hash for each remembered password, and a breach a call outside: only what would otherwise be accepted is looked up.
    if (failures.length > 0) return failures
    // Both, whatever the other says: what is called outside must not depend on whom the password is for.
    const found = await Promise.all(
      this.#rules.map(async (rule) => ((await this.#isFound(rule, secret, principal)) ? [failureOf(rule)] : [])),
    )
    return found.flat()
  }

  async #isFound({ of }: Rule, secret: Secret, { id }: Principal): Promise<boolean> {
    if (of === 'breached') return (await this.#sources.breached?.has(secret)) ?? false
    return of === 'history' && this.#sources.directory.remembersPassword(id, secret)
  }

  #failures(secret: Secret, principal?: Principal): readonly PolicyFailure[] {
    const text = passwordText(secret.reveal())
    // Too long is all that is said of a text that nobody should spend work on.
    if (text === undefined) return this.#rules.filter((rule) => rule.of === 'maximum').map(failureOf)
    const seen = { text, principal, common: this.#sources.commonPasswords }
    return this.#rules.filter((rule) => isBroken(rule, seen)).map(failureOf)
  }
}

interface Rule extends PolicyRule {
  readonly of: 'required' | 'minimum' | 'maximum' | 'capitals' | 'numbers' | 'ownData' | 'common' | 'breached' | 'history'
  readonly bound: number
}

function rulesOf(options: PolicyOptions & { readonly breached: boolean }): readonly Rule[] {
  const { minLength, capitals = 0, numbers = 0 } = options
  const maxLength = Math.min(options.maxLength, MAX_PASSWORD_CHARACTERS)
  const rule = (of: Rule['of'], id: string, name: string, params: JsonObject = {}, bound = 0): Rule => ({
    of,
    id,
    rule: name,
    params,
    bound,
  })
  return [
    rule('required', 'required', 'REQUIRED'),
    rule('minimum', 'minimum-length', 'MIN_LENGTH', { minLength }, minLength),
    rule('maximum', 'maximum-length', 'MAX_LENGTH', { maxLength }, maxLength),
    ...(capitals > 0 ? [rule('capitals', 'at-least-X-capitals', 'AT_LEAST_X_CAPITAL_LETTERS', { numCaps: capitals }, capitals)] : []),
    ...(numbers > 0 ? [rule('numbers', 'at-least-X-numbers', 'AT_LEAST_X_NUMBERS', { numNums: numbers }, numbers)] : []),
    ...(options.ownData
      ? [rule('ownData', 'cannot-contain-others', 'CANNOT_CONTAIN_OTHERS', { disallowedFields: OWN_DATA_FIELDS.join(',') })]
      : []),
    ...(options.common ? [rule('common', 'not-common', 'COMMON')] : []),
    ...(options.breached ? [rule('breached', 'not-breached', 'BREACHED')] : []),
    ...(options.history ? [rule('history', 'not-used-before', 'HISTORY')] : []),
  ]
}

interface Seen {
  readonly text: string
  readonly principal: Principal | undefined
  readonly common: CommonPasswords
}

function isBroken({ of, bound }: Rule, { text, principal, common }: Seen): boolean {
  switch (of) {
    case 'required':
      return text === ''
    case 'minimum':
      return characters(text) < bound
    case 'maximum':
      return characters(text) > bound
    case 'capitals':
      return (text.match(/\p{Lu}/gu)?.length ?? 0) < bound
    case 'numbers':
      return (text.match(/\p{Nd}/gu)?.length ?? 0) < bound
    case 'ownData':
      return principal !== undefined && ownDataIn(text, principal).length > 0
    case 'common':
      return common.has(text)
    // These are looked up once nothing else is wrong.
    case 'breached':
    case 'history':
      return false
  }
}

function failureOf({ rule, params }: Rule): PolicyFailure {
  return Object.keys(params).length > 0 ? { rule, params } : { rule }
}
