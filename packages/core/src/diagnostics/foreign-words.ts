/** Words of other systems, each with ours. They are told only where ours is one of the candidates. */
const FOREIGN: ReadonlyMap<string, string> = new Map(
  Object.entries({
    // Keys of a flow
    name: 'flow',
    process: 'flow',
    stages: 'steps',
    stageConfigs: 'steps',
    executions: 'steps',
    tasks: 'steps',
    jobs: 'steps',
    label: 'title',
    displayName: 'title',
    timeout: 'expires',
    lifespan: 'expires',
    ttl: 'expires',
    tokenExpiry: 'expires',
    dialects: 'speaks',
    protocols: 'speaks',
    // Keys beside a step
    if: 'when',
    condition: 'when',
    unless: 'when',
    retries: 'attempts',
    maxAttempts: 'attempts',
    onFailure: 'onFail',
    onError: 'onFail',
    // Where a failure leads
    retry: 'restart',
    again: 'restart',
    fail: 'end',
    abort: 'end',
    // Keys inside
    user: 'principal',
    account: 'principal',
    ip: 'address',
    hidden: 'hide',
    revealed: 'reveal',
    because: 'reason',
    comment: 'reason',
    // Items
    either: 'choose',
    oneOf: 'choose',
    import: 'include',
  }),
)

/** What vendors write behind the name of a step. */
const CLASS_ENDING = /(?<=.)(?:Stage|Step|Mechanism)$/

/** Our word for one of another system, where it is among the candidates. */
export function translated(name: string, candidates: readonly string[]): string | undefined {
  const ours = FOREIGN.get(name)
  return ours !== undefined && candidates.includes(ours) ? ours : undefined
}

/** The name of a step without what vendors write behind it. */
export function withoutClass(name: string): string {
  return name.replace(CLASS_ENDING, '')
}

/** Says which letter of a name is not what it seems, such as a Cyrillic one among Latin ones. */
export function strangeLetter(name: string): string | undefined {
  const strange = Array.from(name).find((letter) => letter > '~')
  const code = strange?.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')
  return strange === undefined ? undefined : `the \`${strange}\` in it is U+${code}`
}
