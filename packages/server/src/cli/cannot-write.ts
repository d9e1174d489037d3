/**
 * What a command says of a file that the system does not let it write.
 * @throws what was thrown, where it did not come from the system.
 */
export function cannotWrite(path: string, error: unknown): string {
  if (!(error instanceof Error && 'code' in error)) throw error
  return `rekey: \`${path}\` cannot be written (${String(error.code)})\n`
}
