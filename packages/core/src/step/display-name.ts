import type { Principal } from '../ports/directory.js'

/** What a person is called: given name and surname as far as the directory has them, else the user name. */
export function displayNameOf({ givenName, surname, userName }: Principal): string {
  const name = [givenName, surname].filter((part) => part !== undefined).join(' ')
  return name === '' ? userName : name
}
