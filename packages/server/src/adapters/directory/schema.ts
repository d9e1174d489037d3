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
]

/**
 * Brings a file to the present version. Of two processes that open it at once, one does the work and the other finds it done.
 * @throws when the file is of a version that this code does not know.
 */
export async function migrate(database: Database): Promise<void> {
  if (versionIn(await database.all('PRAGMA user_version')) === MIGRATIONS.length) return
  await database.exclusively(async (transaction) => {
    const version = versionIn((await transaction.execute('PRAGMA user_version')).rows)
    if (version > MIGRATIONS.length) throw new Error(`the directory file has version ${version}; this server knows ${MIGRATIONS.length}`)
    for (const statement of MIGRATIONS.slice(version).flat()) await transaction.execute(statement)
    await transaction.execute(`PRAGMA user_version = ${MIGRATIONS.length}`)
  })
}

function versionIn(rows: readonly { readonly [column: string]: unknown }[]): number {
  return Number(rows[0]?.['user_version'])
}
