import { join } from 'node:path'
import { directoryContract } from '@rekey/core/testing'
import { SqliteDirectory } from '../../../src/adapters/directory/sqlite-directory.js'
import { cheapHasher } from './cheap-hasher.js'
import { makeFolder } from './folder.js'

directoryContract('the SQLite directory', async ({ people, questions, groups, attributes, now, historySize }) => {
  const folder = await makeFolder()
  const path = join(folder.path, 'people.db')
  const directory = await SqliteDirectory.open({ path, hasher: cheapHasher(), historySize, attributes, now })
  await directory.sow('contract', people, questions, groups)
  return {
    directory,
    async close() {
      await directory.close()
      await folder.remove()
    },
  }
})
