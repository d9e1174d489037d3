/** A flow of the given steps; ForgeRock's clients know it by its id. */
export function flowOf(id: string, steps: readonly string[], more: readonly string[] = []): string {
  return [`flow: ${id}`, `speaks: { forgerock: { as: ${id} } }`, ...more, 'steps:', ...steps.map((step) => `  - ${step}`), ''].join('\n')
}

/** Subject of the mail that tells a person about a change. */
export const NOTICE = 'Your password was changed'
