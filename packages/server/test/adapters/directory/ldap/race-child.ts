import 'reflect-metadata'
import { Secret } from '@rekey/core'
import { LdapDirectory } from '../../../../src/adapters/directory/ldap/ldap-directory.js'
import { LDAP_PRESETS } from '../../../../src/adapters/directory/ldap/presets.js'
import { PasswordHasher } from '../../../../src/adapters/passwords/password-hasher.js'

/**
 * One process of a race, started by its test: says `ready`, and when told to go sets the password as often as asked, all at once. It prints
 * what became of each change.
 */
const [url = '', base = '', bindDn = '', password = '', name = '', times = '0'] = process.argv.slice(2)
const directory = await LdapDirectory.open({
  settings: {
    kind: 'openldap',
    urls: [url],
    bindDn,
    password: new Secret(password),
    base,
    filter: LDAP_PRESETS.openldap.filter,
    connections: 8,
    connectTimeoutMs: 20_000,
    queryTimeoutMs: 20_000,
    people: { ...LDAP_PRESETS.openldap.people, lastAct: 'testLastAct' },
    questions: [],
    refusals: {},
  },
  hasher: new PasswordHasher({ cost: { memoryKiB: 8, passes: 1, lanes: 1 } }),
})
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
        deadline: Date.now() + 60_000,
      }),
    ),
  )
  process.stdout.write(`${results.map((result) => result.is).join(',')}\n`)
  await directory.close()
  process.stdin.destroy()
}
