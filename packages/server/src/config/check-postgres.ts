import { durationSeconds } from '@rekey/core'
import { readAddress } from '../adapters/directory/postgres/connection.js'
import type { FilledConfig } from './schema.js'
import { pathText } from './source.js'
import type { ConfigFault, ConfigPath, ConfigSource, FaultWords } from './source.js'

/** Longest time that a call of the directory may be told to take: a person is waiting, and a change must be over before its claim is. */
const MAX_TIMEOUT_SECONDS = 10

/** Checks what the schema cannot say of `directory.postgres`. */
export function checkPostgres({ directory, attributes }: FilledConfig, source: ConfigSource): readonly ConfigFault[] {
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
  for (const key of ['connectTimeout', 'queryTimeout'] as const) {
    const seconds = durationSeconds(postgres[key])
    if (seconds < 1 || seconds > MAX_TIMEOUT_SECONDS)
      value([...here, key], { message: `\`${pathText([...here, key])}\` takes from \`1s\` to \`${MAX_TIMEOUT_SECONDS}s\`` })
  }
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
  if (directory.seed !== undefined && directory.seed !== 'none')
    value(['directory', 'seed'], {
      message: '`directory.seed` adds people, and nobody is added to the table that `directory.postgres.people` names',
      label: 'not here',
    })
  if (postgres.people.rehash && postgres.people.version === undefined)
    value([...here, 'people', 'rehash'], {
      message: 'without `version` a hash that is made again would pass for a change of the password, and end what is under way',
      label: 'needs `version`',
    })
  for (const name of Object.keys(postgres.people.attributes)) {
    if (Object.hasOwn(attributes, name)) continue
    value([...here, 'people', 'attributes', name], {
      message: `\`attributes\` declares no attribute \`${name}\``,
      label: 'not declared',
      help: 'declare it there with its type',
    })
  }
  return faults
}
