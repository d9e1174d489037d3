import { migrate } from '../../adapters/directory/postgres/migrations.js'
import { connect } from '../../adapters/directory/postgres/postgres-directory.js'
import { databaseFault } from '../../compose/database-fault.js'
import { EXIT } from '../io.js'
import type { Io } from '../io.js'
import { printFaults, readConfig } from '../workspace.js'
import type { ConfigOption } from '../workspace.js'

/** Makes the tables of the configured database, or brings them to the present version. It may run while servers of the version before serve. */
export async function migrateTables(io: Io, options: ConfigOption): Promise<number> {
  const config = await readConfig(io, options)
  if (config.is === 'faults') {
    printFaults(io, config.faults)
    return EXIT.faults
  }
  const { postgres } = config.value.directory
  if (postgres === undefined) {
    io.err('rekey: people are kept in a file, which is migrated when it is opened; `directory.postgres` names no database\n')
    return EXIT.faults
  }
  if (postgres.people !== undefined) {
    io.err('rekey: `directory.postgres.people` names a table of others, which is used as it stands\n')
    return EXIT.faults
  }
  const database = await connect(postgres)
  try {
    const { from, to } = await migrate(database, postgres.schema)
    io.out(from === to ? `the tables are of version ${to} already\n` : `the tables went from version ${from} to ${to}\n`)
    return EXIT.good
  } catch (error) {
    const fault = databaseFault(postgres, error)
    if (fault === undefined) throw error
    io.err(`rekey: ${fault.message}\n`)
    return EXIT.faults
  } finally {
    await database.close()
  }
}
