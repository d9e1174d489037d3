import 'reflect-metadata'
import { Secret } from '@rekey/core'
import { SqliteDirectory } from '../../../src/adapters/directory/sqlite-directory.js'
import { seedDirectory } from '../../../src/adapters/directory/seed-directory.js'
import { PasswordHasher } from '../../../src/adapters/passwords/password-hasher.js'

/**
 * One process of a race, started by its test: opens and seeds the file, says `ready`, and when told to go sets the password as often as
 * asked, all at once. It prints how many of its changes won.
 */
const [path = '', seed = '', name = '', times = '0'] = process.argv.slice(2)
const directory = await SqliteDirectory.open({ path, hasher: new PasswordHasher({ cost: { memoryKiB: 8, passes: 1, lanes: 1 } }) })
await seedDirectory(directory, seed, 'race.yaml')
const [person] = await directory.find({ is: 'equals', field: 'userName', value: 'jdoe' })
process.stdout.write('ready\n')
process.stdin.once('data', () => void race())

async function race(): Promise<void> {
  const results = await Promise.all(
    Array.from({ length: Number(times) }, (_, at) =>
      directory.setPassword({
        id: person?.id ?? '',
        secret: new Secret(`${name} ${at}`),
        expect: person?.credentialVersion ?? '',
        act: `${name} ${at}`,
        deadline: Date.now() + 20_000,
      }),
    ),
  )
  process.stdout.write(`${results.map((result) => result.is).join(',')}\n`)
  await directory.close()
  process.stdin.destroy()
}
