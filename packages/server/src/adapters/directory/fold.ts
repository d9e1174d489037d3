/**
 * The declared folding of user names and mail addresses: ASCII letters in lower case and nothing else. Look-alikes of other scripts,
 * full-width letters, the dotless i and the Kelvin sign stay names of their own.
 */
export function foldAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
