/** The tree is there, but is not what the configuration says. The message tells what to mend. */
export class NotOurTree extends Error {
  override readonly name = 'NotOurTree'
}
