import { directoryContract } from '@rekey/core/testing'
import { afterAll, beforeAll } from 'vitest'
import { LdapDirectory } from '../../../../src/adapters/directory/ldap/ldap-directory.js'
import { cheapHasher } from '../cheap-hasher.js'
import { addPeople, emptyBranch, makeBranch, removeBranch, settings, type Branch } from './with-ldap.js'

let branch: Branch

beforeAll(async () => {
  branch = await makeBranch()
})
afterAll(() => removeBranch(branch))

// Present and earlier passwords are the server's own: `policy.test.ts` shows that it refuses them.
directoryContract(
  'the directory in LDAP',
  async ({ people, questions, groups, attributes, now }) => {
    await emptyBranch(branch)
    await addPeople(branch, people, groups)
    const directory = await LdapDirectory.open({
      settings: settings(branch, { questions: [...questions].map(([id, text]) => ({ id, text })) }),
      hasher: cheapHasher(),
      attributes,
      now,
    })
    return { directory, close: () => directory.close() }
  },
  { keepsHistory: false },
)
