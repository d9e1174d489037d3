import { Ber, BerWriter, Control, type BerReader, type Filter } from 'ldapts'

/** Where each control is offered, it stands in `supportedControl` of the server. */
export const CONTROLS = {
  assertion: '1.3.6.1.1.12',
  passwordPolicy: '1.3.6.1.4.1.42.2.27.8.5.1',
  policyHints: '1.2.840.113556.1.4.2239',
} as const

/** The change is made only while the entry matches. Source: RFC 4528. */
export class AssertionControl extends Control {
  readonly #filter: Filter

  constructor(filter: Filter) {
    super(CONTROLS.assertion, { critical: true })
    this.#filter = filter
  }

  protected override writeControl(writer: BerWriter): void {
    const value = new BerWriter()
    this.#filter.write(value)
    writer.writeBuffer(value.buffer, Ber.OctetString)
  }
}

/** Asks the server why its password policy says no. Source: draft-behera-ldap-password-policy-10 section 6. */
export class PasswordPolicyControl extends Control {
  /** What the server answered: the number of its error; undefined for none. */
  error: number | undefined

  constructor() {
    super(CONTROLS.passwordPolicy)
  }

  protected override parseControl(reader: BerReader): void {
    if (reader.readSequence() === null) return
    const end = Math.min(reader.offset + reader.length, reader.buffer.length)
    while (reader.offset < end) {
      const tag = reader.peek()
      if (tag === ERROR_TAG) this.error = reader.readTag(ERROR_TAG) ?? undefined
      // The warning is a choice inside a tag of its own; it says nothing that is asked here.
      else if (tag !== WARNING_TAG || reader.readString(WARNING_TAG, true) === null) return
    }
  }
}

const WARNING_TAG = 0xa0
const ERROR_TAG = 0x81

/** Makes Active Directory look at the history of passwords where an administrator sets one. Source: [MS-ADTS] 3.1.1.3.4.1.27. */
export class PolicyHintsControl extends Control {
  constructor() {
    super(CONTROLS.policyHints, { critical: true })
  }

  protected override writeControl(writer: BerWriter): void {
    writer.writeBuffer(Buffer.from([0x30, 0x03, 0x02, 0x01, 0x01]), Ber.OctetString)
  }
}
