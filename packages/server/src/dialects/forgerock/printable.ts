/**
 * Text of a caller made fit to stand in a message: printable ASCII, bounded. Everything else becomes `?`.
 * @param most characters that are kept; three dots stand for the rest.
 */
export function printable(text: string, most = 100): string {
  const kept = text.slice(0, most).replaceAll(/[^ -~]/g, '?')
  return text.length > most ? `${kept}...` : kept
}
