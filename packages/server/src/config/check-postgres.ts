import { readAddress } from '../adapters/directory/postgres/connection.js'
import { checkCallTimes, checkOthersPeople } from './outside-people.js'
import type { FilledConfig } from './schema.js'
import type { ConfigFault, ConfigPath, ConfigSource, FaultWords } from './source.js'

/** Checks what the schema cannot say of `directory.postgres`. */
export function checkPostgres(filled: FilledConfig, source: ConfigSource): readonly ConfigFault[] {
  const { directory } = filled
  const { postgres } = directory
  if (postgres === undefined) return []
  const faults: ConfigFault[] = []
  const value = (path: ConfigPath, words: FaultWords): void => {
    faults.push(source.fault('config-value', path, words))
  }
  const here = ['directory', 'postgres'] as const
  if (readAddress(postgres.url) === undefined)
    value([...here, 'url'], {
      message:
        '`directory.postgres.url` takes the address of a database: user, host and database, and nothing behind but `sslmode` or `host`',
      help: 'as in `postgres://rekey:password@db.example.com:5432/people`',
    })
  faults.push(...checkCallTimes(source, 'postgres', postgres))
  if (postgres.tls === 'off' && postgres.ca !== undefined)
    value([...here, 'ca'], {
      message: '`directory.postgres.ca` is for connections with TLS, which `tls: off` forbids',
      label: 'never read',
    })
  if (directory.file !== undefined)
    value(['directory', 'file'], {
      message: 'people are kept in `directory.file` or in `directory.postgres`, not in both',
      label: 'one of two',
    })
  if (postgres.people === undefined) return faults
  if (postgres.people.rehash && postgres.people.version === undefined)
    value([...here, 'people', 'rehash'], {
      message: 'without `version` a hash that is made again would pass for a change of the password, and end what is under way',
      label: 'needs `version`',
    })
  faults.push(
    ...checkOthersPeople(filled, source, {
      kind: 'postgres',
      where: 'the table that `directory.postgres.people` names',
      mapped: postgres.people.attributes,
    }),
  )
  return faults
}
