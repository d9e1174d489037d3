import { expect, test } from 'vitest'
import { LdapDirectory } from '../../../../src/adapters/directory/ldap/ldap-directory.js'
import { cheapHasher } from '../cheap-hasher.js'
import { expectOneWinner, race } from '../racers.js'
import { addPeople, makeBranch, removeBranch, settings } from './with-ldap.js'

test('SEC-18: of 64 racing changes by two processes exactly one wins', async () => {
  const branch = await makeBranch()
  await addPeople(branch, [{ userName: 'jdoe', surname: 'Doe', password: 'Passw0rd1' }])
  const { password: _, ...patient } = settings(branch, { connections: 8, connectTimeoutMs: 20_000, queryTimeoutMs: 20_000 })
  const results = await race({ is: 'ldap', settings: patient, password: branch.password })

  const directory = await LdapDirectory.open({ settings: settings(branch), hasher: cheapHasher() })
  expect(await expectOneWinner(directory, results)).toHaveLength(1)
  await directory.close()
  await removeBranch(branch)
})
