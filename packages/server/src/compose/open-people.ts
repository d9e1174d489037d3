import { readFile } from 'node:fs/promises'
import type { Directory, PasswordPolicy } from '@rekey/core'
import type { NewPerson } from '../adapters/directory/person.js'
import { PostgresDirectory } from '../adapters/directory/postgres/postgres-directory.js'
import { readSeed } from '../adapters/directory/read-seed.js'
import { seedDigest, seedDirectory } from '../adapters/directory/seed-directory.js'
import { SqliteDirectory } from '../adapters/directory/sqlite-directory.js'
import { loadCommonPasswords } from '../adapters/passwords/common-passwords.js'
import { PasswordHasher } from '../adapters/passwords/password-hasher.js'
import { POLICY_PROFILES } from '../adapters/passwords/policy-profiles.js'
import { RulePolicy } from '../adapters/passwords/rule-policy.js'
import { directoryFault } from './cannot-open.js'
import { databaseFault } from './database-fault.js'
import type { Config } from '../config/config.js'
import { SHIPPED_PEOPLE } from '../config/resolve-config.js'

/** A directory that is open: one of the two that ship. */
export type OpenDirectory = SqliteDirectory | PostgresDirectory

export interface OpenPeople {
  readonly directory: OpenDirectory
  /** The people of the seed, for the report at start. */
  seeded(): readonly NewPerson[]
  /** Whether the people that Rekey ships were ever taken in. */
  readonly hasDemo: boolean
}

/** Opens the configured directory and takes the configured people in. @throws CannotOpen when it is not to be opened. */
export async function openPeople(config: Config): Promise<OpenPeople> {
  const { seed } = config.directory
  const { attributes } = config
  const directory = await openDirectory(config)
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

async function openDirectory({ directory: { file, historySize, postgres }, passwords, attributes }: Config): Promise<OpenDirectory> {
  const hasher = new PasswordHasher({ cost: passwords.hashing })
  if (postgres !== undefined) {
    return PostgresDirectory.open({ settings: postgres, hasher, historySize, attributes }).catch((error: unknown) => {
      throw databaseFault(postgres, error) ?? error
    })
  }
  return SqliteDirectory.open({ path: file, hasher, historySize, attributes }).catch((error: unknown) => {
    throw directoryFault(file, error) ?? error
  })
}

/** The configured rules for new passwords. */
export function policyOf({ passwords }: Config, directory: Directory): PasswordPolicy {
  return new RulePolicy(
    { ...POLICY_PROFILES[passwords.profile], ...passwords.rules },
    { directory, commonPasswords: loadCommonPasswords() },
  )
}
