import type { Database } from './database.js'

/** What brings a file of one version to the next; the first one makes an empty file ready. Never edited, only added to. */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE people (
      id TEXT PRIMARY KEY,
      user_name TEXT NOT NULL,
      user_name_folded TEXT NOT NULL UNIQUE,
      mail TEXT,
      mail_folded TEXT,
      phone TEXT,
      given_name TEXT,
      surname TEXT,
      locale TEXT,
      state TEXT NOT NULL CHECK (state IN ('active', 'locked', 'disabled')),
      groups TEXT NOT NULL,
      answers TEXT NOT NULL,
      password_hash TEXT,
      credential_version TEXT NOT NULL,
      last_act TEXT
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX people_by_mail ON people (mail_folded)',
    'CREATE INDEX people_by_phone ON people (phone)',
    'CREATE INDEX people_by_name ON people (surname, given_name)',
    `CREATE TABLE earlier_passwords (
      number INTEGER PRIMARY KEY,
      person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
      hash TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX earlier_passwords_by_person ON earlier_passwords (person, number)',
    `CREATE TABLE questions (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL,
      language TEXT NOT NULL,
      text TEXT NOT NULL
    ) STRICT`,
    'CREATE TABLE seeds (digest TEXT PRIMARY KEY) STRICT, WITHOUT ROWID',
  ],
  [
    'ALTER TABLE people ADD COLUMN login_folded TEXT',
    'UPDATE people SET login_folded = user_name_folded',
    'ALTER TABLE people ADD COLUMN domain_folded TEXT',
    // The domain's first label, by which Windows names it as well.
    'ALTER TABLE people ADD COLUMN domain_label TEXT',
    'ALTER TABLE people ADD COLUMN principal_name TEXT',
    'ALTER TABLE people ADD COLUMN principal_name_folded TEXT',
    'ALTER TABLE people ADD COLUMN distinguished_name TEXT',
    'ALTER TABLE people ADD COLUMN distinguished_name_folded TEXT',
    // Kept as it is, because codes are made from it: whoever reads the file can make them too. The file is readable by its owner only.
    'ALTER TABLE people ADD COLUMN totp_secret TEXT',
    'ALTER TABLE people ADD COLUMN must_change INTEGER NOT NULL DEFAULT 0',
    'CREATE INDEX people_by_login ON people (login_folded)',
    'CREATE INDEX people_by_principal_name ON people (principal_name_folded)',
    'CREATE INDEX people_by_distinguished_name ON people (distinguished_name_folded)',
    `CREATE TABLE group_members (
      outer_group TEXT NOT NULL,
      member TEXT NOT NULL,
      PRIMARY KEY (outer_group, member)
    ) STRICT, WITHOUT ROWID`,
  ],
  // A seed stays noted when another one takes its place, as its people stay too.
  ['ALTER TABLE seeds ADD COLUMN replaced INTEGER NOT NULL DEFAULT 0'],
  // By name, in JSON: which ones there are is for the configuration to say.
  ["ALTER TABLE people ADD COLUMN attributes TEXT NOT NULL DEFAULT '{}'"],
]

/** The file was written by a newer server. */
export class TooNew extends Error {
  override readonly name = 'TooNew'

  constructor(version: number) {
    super(`the directory file has version ${version}; this server knows ${MIGRATIONS.length}`)
  }
}

/**
 * Brings a file to the present version. Of two processes that open it at once, one does the work and the other finds it done.
 * @throws TooNew when the file is of a version that this code does not know.
 */
export async function migrate(database: Database): Promise<void> {
  if (versionIn(await database.all('PRAGMA user_version')) === MIGRATIONS.length) return
  await database.exclusively(async (transaction) => {
    const version = versionIn((await transaction.execute('PRAGMA user_version')).rows)
    if (version > MIGRATIONS.length) throw new TooNew(version)
    for (const statement of MIGRATIONS.slice(version).flat()) await transaction.execute(statement)
    await transaction.execute(`PRAGMA user_version = ${MIGRATIONS.length}`)
  })
}

function versionIn(rows: readonly { readonly [column: string]: unknown }[]): number {
  return Number(rows[0]?.['user_version'])
}
