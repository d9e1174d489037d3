const REASON = /^[a-z0-9][a-z0-9.-]{0,63}$/

export interface DeliveryFaultOptions {
  /** Whether no repetition would help, as with an address that there is not: the item is set aside at once. */
  readonly isFinal?: boolean
}

/**
 * Thrown by what delivers, to say why something was not taken. It holds nothing of what was to be delivered, nor of what the receiver said: logs,
 * the audit trail and lists of dead letters tell the reason to whoever reads them.
 */
export class DeliveryFault extends Error {
  override readonly name = 'DeliveryFault'
  readonly reason: string
  readonly isFinal: boolean

  /** @param reason a word of lower case, such as `timed-out` or `refused-550`; another one becomes `fault`. */
  constructor(reason: string, { isFinal = false }: DeliveryFaultOptions = {}) {
    const shown = REASON.test(reason) ? reason : 'fault'
    super(shown)
    this.reason = shown
    this.isFinal = isFinal
  }
}

/** Why an item was thrown, for people who must not see what it held. */
export function deliveryReason(error: unknown): string {
  return error instanceof DeliveryFault ? error.reason : 'fault'
}
