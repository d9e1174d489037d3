import { DeliveryFault } from '@rekey/core'

/** A provider takes nothing at the moment, whatever it is given: it is down, slow, or does not let us in. */
export class ProviderFault extends DeliveryFault {}
