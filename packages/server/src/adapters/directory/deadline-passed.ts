/** A change came too late: its deadline had passed before it could be written. Nothing was changed. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed'
}
