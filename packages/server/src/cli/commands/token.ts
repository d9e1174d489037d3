import { openDemoIssuer } from '../../adapters/bearers/demo-issuer.js'
import { KeyFileFault } from '../../adapters/keys/key-file.js'
import { CannotOpen } from '../../compose/cannot-open.js'
import { openPeople } from '../../compose/open-people.js'
import { EXIT } from '../io.js'
import type { Io } from '../io.js'
import { printFaults, readConfig } from '../workspace.js'
import type { ConfigOption } from '../workspace.js'

/** Prints a bearer token for a person of the demonstration. It is good for a day, at the servers that share this installation's files. */
export async function token(io: Io, userName: string, options: ConfigOption): Promise<number> {
  const config = await readConfig(io, options)
  if (config.is === 'faults') {
    printFaults(io, config.faults)
    return EXIT.faults
  }
  const { demoKey } = config.value.bearers
  if (demoKey === undefined) {
    io.err('rekey: tokens are made for the demo people only, in development\n')
    return EXIT.faults
  }
  try {
    const { directory } = await openPeople(config.value)
    const [person, another] = await directory.find({ is: 'equals', field: 'userName', value: userName })
    await directory.close()
    if (!person || another) {
      io.err(`rekey: nobody is called \`${userName}\`; \`rekey serve\` lists the demo people\n`)
      return EXIT.faults
    }
    const issuer = await openDemoIssuer(demoKey)
    io.out(`${await issuer.mint(person.id, Math.floor(Date.now() / 1_000))}\n`)
    return EXIT.good
  } catch (error) {
    if (!(error instanceof KeyFileFault || error instanceof CannotOpen)) throw error
    io.err(`rekey: ${error.message}\n`)
    return EXIT.faults
  }
}
