import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { DEFAULT_IN_ROW, Secret, type Filter } from '@rekey/core'
import { LdapDirectory } from '../../../../src/adapters/directory/ldap/ldap-directory.js'
import { intent, named, password, short, tokenOf, typed } from '../../../engine/acts.js'
import { WIDE_LIMITS } from '../../../engine/machine-of.js'
import { closeRigs, openRig } from '../../../engine/rig.js'
import { PEOPLE } from '../../../engine/people.js'
import { startLdap } from '../../../../../../scripts/ldap-server.mjs'
import { openPeople } from '../../../../src/compose/open-people.js'
import { loadConfig } from '../../../../src/config/load-config.js'
import { dialects } from '../../../../src/dialects/index.js'
import { cheapHasher } from '../cheap-hasher.js'
import { makeFolder } from '../folder.js'
import { addPeople, addPolicy, makeBranch, removeBranch, settings } from './with-ldap.js'

const JDOE: Filter = { is: 'equals', field: 'userName', value: 'jdoe' }

afterEach(closeRigs)

test('a conversation ends with a password in the tree; while the server refuses or is away it stays as it was', async () => {
  let server = await startLdap()
  onTestFinished(() => server.stop())
  const branch = await makeBranch(server)
  const policy = await addPolicy(branch, 'history', { pwdInHistory: '4' })
  await addPeople(branch, PEOPLE, new Map(), { pwdPolicySubentry: policy })
  const directory = await LdapDirectory.open({ settings: settings(branch), hasher: cheapHasher() })
  onTestFinished(() => directory.close())
  for (const text of ['a wholly new password', 'the one after that']) {
    const [jdoe] = await directory.find(JDOE)
    await directory.setPassword({
      id: jdoe?.id ?? '',
      expect: jdoe?.credentialVersion ?? '',
      secret: new Secret(text),
      act: text,
      deadline: Date.now() + 60_000,
    })
  }
  const { engine, code, delivered, faults } = await openRig({ directory: () => directory })
  const asked = await engine.handle(intent('start', { answers: [named('jdoe')] }))
  await delivered()
  const proved = await engine.handle(intent('submit', { carried: tokenOf(asked), answers: [typed(code())] }))
  const set = async (text: string) => engine.handle(intent('submit', { carried: tokenOf(proved), answers: [password(text)] }))

  // Only the server remembers this one.
  const refused = await set('a wholly new password')
  expect(refused.problem).toMatchObject({ code: 'answer-rejected', details: [{ rule: 'HISTORY' }] })
  await server.kill()
  expect(short(await set('an even newer password')).problem).toMatch(/^unavailable/)
  expect(faults).toContainEqual(expect.objectContaining({ name: 'LdapFault' }))
  server = await startLdap({ home: server.home, port: server.port })
  expect(short(await set('an even newer password'))).toEqual({ view: 'ended', problem: undefined })
  const [jdoe] = await directory.find(JDOE)
  expect(await directory.verifyPassword(jdoe?.id ?? '', new Secret('an even newer password'))).toBe(true)
})

test('SEC-31: whoever has used up their tries here is not tried at the server, so that strangers lock no account there', async () => {
  const branch = await makeBranch()
  onTestFinished(() => removeBranch(branch))
  const strict = await addPolicy(branch, 'strict', { pwdLockout: 'TRUE', pwdMaxFailure: '5' })
  await addPeople(branch, PEOPLE, new Map(), { pwdPolicySubentry: strict })
  const directory = await LdapDirectory.open({ settings: settings(branch), hasher: cheapHasher() })
  onTestFinished(() => directory.close())
  const machine = {
    limits: { ...WIDE_LIMITS, failures: { principal: { count: 100, seconds: 3600 }, inRow: { ...DEFAULT_IN_ROW, free: 3 } } },
  }
  const { engine, events } = await openRig({
    directory: () => directory,
    flows: [{ id: 'login', steps: ['userQuery', 'currentPassword', 'issueSession'], machine }],
  })
  const login = (secret: string) =>
    engine.handle(intent('start', { flow: 'login', answers: [named('jdoe'), { kind: 'password', value: { password: secret } }] }))
  for (let tries = 0; tries < 12; tries += 1) expect(short(await login(`guess ${tries}`)).problem).toMatch(/^answer-rejected/)
  expect(events.filter(({ event }) => event === 'limited')).toHaveLength(9)
  const [jdoe] = await directory.find(JDOE)
  expect(jdoe?.state).toBe('active')
  expect(await directory.verifyPassword(jdoe?.id ?? '', new Secret('Passw0rd1'))).toBe(true)
})

test('the configuration opens the tree, or says what is to be mended', async () => {
  const branch = await makeBranch()
  onTestFinished(() => removeBranch(branch))
  await addPeople(branch, [{ userName: 'jdoe', surname: 'Doe', password: 'Passw0rd1' }])
  const folder = await makeFolder()
  onTestFinished(() => folder.remove())
  const opened = async (given: object) => {
    const { server, manager: bindDn, password: secret, base } = branch
    const ldap = { kind: 'openldap', urls: [server.url], bindDn, password: secret, base, ...given }
    await writeFile(join(folder.path, 'rekey.yaml'), JSON.stringify({ directory: { ldap } }))
    const loaded = await loadConfig({ env: {}, cwd: folder.path, dialects })
    if (loaded.is === 'faults') throw new Error(loaded.faults[0]?.message)
    return openPeople(loaded.config)
  }
  const people = await opened({})
  const { directory } = people
  expect([people.hasDemo, people.seeded()]).toEqual([false, []])
  expect(await directory.find(JDOE)).toMatchObject([{ userName: 'jdoe', surname: 'Doe' }])
  await directory.close()
  const here = `the directory's LDAP server at ${new URL(branch.server.url).host}`
  await expect(opened({ password: 'canary' })).rejects.toMatchObject({
    name: 'CannotOpen',
    message: `${here} refuses the log-in: mend \`directory.ldap.bindDn\` and \`password\``,
  })
  await expect(opened({ base: 'ou=none,dc=example,dc=com' })).rejects.toMatchObject({
    name: 'CannotOpen',
    message: `${here} has no entry of the name that \`directory.ldap.base\` gives`,
  })
})
