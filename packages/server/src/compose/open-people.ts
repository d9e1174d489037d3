import { readFile } from 'node:fs/promises'
import type { Directory, PasswordPolicy } from '@rekey/core'
import type { Logger } from 'pino'
import type { LdapDirectory } from '../adapters/directory/ldap/ldap-directory.js'
import type { LdapSettings } from '../adapters/directory/ldap/settings.js'
import type { NewPerson } from '../adapters/directory/person.js'
import { PostgresDirectory } from '../adapters/directory/postgres/postgres-directory.js'
import { readSeed } from '../adapters/directory/read-seed.js'
import { seedDigest, seedDirectory } from '../adapters/directory/seed-directory.js'
import { SqliteDirectory } from '../adapters/directory/sqlite-directory.js'
import { loadCommonPasswords } from '../adapters/passwords/common-passwords.js'
import type { BreachedPasswords } from '../adapters/passwords/breached/breached-passwords.js'
import { POLICY_PROFILES } from '../adapters/passwords/policy-profiles.js'
import { RulePolicy } from '../adapters/passwords/rule-policy.js'
import { directoryFault } from './cannot-open.js'
import { databaseFault } from './database-fault.js'
import { treeFault } from './tree-fault.js'
import { hasherOf } from './hasher-of.js'
import type { Config } from '../config/config.js'
import { SHIPPED_PEOPLE } from '../config/resolve-config.js'

/** A directory that people can be taken into. */
type SeededDirectory = SqliteDirectory | PostgresDirectory

/** A directory that is open: one of the three that ship. */
export type OpenDirectory = SeededDirectory | LdapDirectory

export interface OpenPeople {
  readonly directory: OpenDirectory
  /** The people of the seed, for the report at start. */
  seeded(): readonly NewPerson[]
  /** Whether the people that Rekey ships were ever taken in. */
  readonly hasDemo: boolean
}

/**
 * Opens the configured directory and takes the configured people in.
 * @param log is told of stored hashes that something is wrong with.
 * @throws CannotOpen when it is not to be opened.
 */
export async function openPeople(config: Config, log?: Logger): Promise<OpenPeople> {
  const { seed } = config.directory
  const { attributes } = config
  if (config.directory.ldap !== undefined)
    return { directory: await openTree(config, config.directory.ldap, log), seeded: () => [], hasDemo: false }
  const directory = await openDirectory(config, log)
  try {
    const text = seed === undefined ? undefined : await readFile(seed, 'utf8')
    if (seed !== undefined && text !== undefined) await seedDirectory(directory, text, seed, attributes)
    return {
      directory,
      seeded: () => (seed === undefined || text === undefined ? [] : readSeed(text, seed, attributes).people),
      hasDemo: await directory.hasSown(seedDigest(await readFile(SHIPPED_PEOPLE, 'utf8'))),
    }
  } catch (error) {
    await directory.close()
    throw error
  }
}

async function openDirectory(
  { directory: { file, historySize, postgres }, passwords, attributes }: Config,
  log: Logger | undefined,
): Promise<SeededDirectory> {
  const hasher = hasherOf(passwords.hashing, log)
  const report = (err: unknown) => log?.warn({ err }, 'a hash could not be made again after a log-in')
  if (postgres !== undefined) {
    return PostgresDirectory.open({ settings: postgres, hasher, historySize, attributes, report }).catch((error: unknown) => {
      throw databaseFault(postgres, error) ?? error
    })
  }
  return SqliteDirectory.open({ path: file, hasher, historySize, attributes, report }).catch((error: unknown) => {
    throw directoryFault(file, error) ?? error
  })
}

/** The library is loaded only where there is a tree. */
async function openTree({ passwords, attributes }: Config, settings: LdapSettings, log: Logger | undefined): Promise<LdapDirectory> {
  const { LdapDirectory } = await import('../adapters/directory/ldap/ldap-directory.js')
  const onLockedDecoy = () =>
    log?.warn(
      'the entry that `directory.ldap.decoy` names is locked, so that time tells who exists: open it, and put it under a policy without lock',
    )
  return LdapDirectory.open({ settings, hasher: hasherOf(passwords.hashing, log), attributes, onLockedDecoy }).catch((error: unknown) => {
    throw treeFault(settings, error) ?? error
  })
}

/** The configured rules for new passwords. */
export function policyOf({ passwords }: Config, directory: Directory, breached?: BreachedPasswords): PasswordPolicy {
  return new RulePolicy(
    { ...POLICY_PROFILES[passwords.profile], ...passwords.rules },
    { directory, commonPasswords: loadCommonPasswords(), ...(breached && { breached }) },
  )
}
