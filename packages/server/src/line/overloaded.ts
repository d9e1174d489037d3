/** More work was asked for than the server takes on at once. Whoever asked should be told to come back: nothing was done. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded'
}
