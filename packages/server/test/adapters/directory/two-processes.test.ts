import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SqliteDirectory } from '../../../src/adapters/directory/sqlite-directory.js'
import { cheapHasher } from './cheap-hasher.js'
import { makeFolder } from './folder.js'
import { expectOneWinner, race } from './racers.js'

const SEED = 'people:\n  - { userName: jdoe, password: Passw0rd1 }\n  - { userName: other }\n'

test('two processes open, make and seed one file at once, and of their 64 racing changes exactly one wins', async () => {
  const folder = await makeFolder()
  const path = join(folder.path, 'people.db')
  const results = await race({ is: 'sqlite', path, seed: SEED })

  const directory = await SqliteDirectory.open({ path, hasher: cheapHasher() })
  expect(await expectOneWinner(directory, results)).toHaveLength(1)
  await directory.close()
  await folder.remove()
})
