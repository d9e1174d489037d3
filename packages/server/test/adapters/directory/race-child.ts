import 'reflect-metadata'
import { Secret } from '@rekey/core'
import type { LdapSettings } from '../../../src/adapters/directory/ldap/settings.js'
import type { PostgresSettings } from '../../../src/adapters/directory/postgres/settings.js'
import { seedDirectory } from '../../../src/adapters/directory/seed-directory.js'
import { cheapHasher } from './cheap-hasher.js'

/** The directory that all processes of a race open, as it goes over to them in JSON: secrets stand beside the settings, as texts. */
export type RacedDirectory =
  | { readonly is: 'sqlite'; readonly path: string; readonly seed: string }
  | { readonly is: 'postgres'; readonly settings: Omit<PostgresSettings, 'url'>; readonly url: string; readonly seed: string }
  | { readonly is: 'ldap'; readonly settings: Omit<LdapSettings, 'password'>; readonly password: string }

/**
 * One process of a race, started by `race`: opens the directory, and seeds it where a seed is given, says `ready`, and when told to go sets the
 * password of jdoe as often as asked, all at once. It prints what became of each change.
 */
const [raced = '', name = '', times = '0'] = process.argv.slice(2)
const directory = await opened(JSON.parse(raced) as RacedDirectory)
const [person] = await directory.find({ is: 'equals', field: 'userName', value: 'jdoe' })
process.stdout.write('ready\n')
process.stdin.once('data', () => void run())

async function run(): Promise<void> {
  const results = await Promise.all(
    Array.from({ length: Number(times) }, (_, at) =>
      directory.setPassword({
        id: person?.id ?? '',
        secret: new Secret(`${name} ${at}`),
        expect: person?.credentialVersion ?? '',
        act: `${name} ${at}`,
        deadline: Date.now() + 60_000,
      }),
    ),
  )
  process.stdout.write(`${results.map((result) => result.is).join(',')}\n`)
  await directory.close()
  process.stdin.destroy()
}

/** Each process loads the one kind that it needs. */
async function opened(raced: RacedDirectory) {
  const hasher = cheapHasher()
  switch (raced.is) {
    case 'sqlite': {
      const { SqliteDirectory } = await import('../../../src/adapters/directory/sqlite-directory.js')
      const directory = await SqliteDirectory.open({ path: raced.path, hasher })
      await seedDirectory(directory, raced.seed, 'race.yaml')
      return directory
    }
    case 'postgres': {
      const { PostgresDirectory } = await import('../../../src/adapters/directory/postgres/postgres-directory.js')
      const directory = await PostgresDirectory.open({ settings: { ...raced.settings, url: new Secret(raced.url) }, hasher })
      await seedDirectory(directory, raced.seed, 'race.yaml')
      return directory
    }
    case 'ldap': {
      const { LdapDirectory } = await import('../../../src/adapters/directory/ldap/ldap-directory.js')
      return LdapDirectory.open({ settings: { ...raced.settings, password: new Secret(raced.password) }, hasher })
    }
  }
}
