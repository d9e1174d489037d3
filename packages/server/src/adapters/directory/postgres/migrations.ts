import { quoted } from './names.js'
import { NotOurDatabase, type PostgresDatabase, type Row } from './postgres-database.js'
import { bound, plain, sql } from './statement.js'

/** What brings our tables from one version to the next; the first one makes them. Never edited, only added to. `%` stands for the schema. */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    // Compared byte by byte, whatever the database's language: so the indexes serve, and nobody is found by a look-alike.
    `CREATE TABLE %.people (
      id text COLLATE "C" PRIMARY KEY,
      user_name text COLLATE "C" NOT NULL,
      mail text COLLATE "C",
      phone text COLLATE "C",
      given_name text COLLATE "C",
      surname text COLLATE "C",
      locale text,
      state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'locked', 'disabled')),
      login text COLLATE "C" NOT NULL,
      domain text COLLATE "C",
      principal_name text COLLATE "C",
      distinguished_name text COLLATE "C",
      distinguished_name_folded text COLLATE "C",
      password_hash text,
      credential_version text COLLATE "C" NOT NULL,
      last_act text,
      must_change boolean NOT NULL DEFAULT false,
      -- Kept as it is, because codes are made from it: whoever reads the table can make them too.
      totp_secret text
    )`,
    'CREATE UNIQUE INDEX people_by_user_name ON %.people (lower(user_name COLLATE "C"))',
    'CREATE INDEX people_by_mail ON %.people (lower(mail COLLATE "C"))',
    'CREATE INDEX people_by_phone ON %.people (phone)',
    'CREATE INDEX people_by_name ON %.people (surname, given_name)',
    'CREATE INDEX people_by_login ON %.people (lower(login COLLATE "C"))',
    'CREATE INDEX people_by_principal_name ON %.people (lower(principal_name COLLATE "C"))',
    'CREATE INDEX people_by_distinguished_name ON %.people (distinguished_name_folded)',
    `CREATE TABLE %.person_groups (
      number bigint GENERATED ALWAYS AS IDENTITY,
      person text COLLATE "C" NOT NULL REFERENCES %.people (id) ON DELETE CASCADE,
      group_name text COLLATE "C" NOT NULL,
      PRIMARY KEY (person, group_name)
    )`,
    `CREATE TABLE %.answers (
      number bigint GENERATED ALWAYS AS IDENTITY,
      person text COLLATE "C" NOT NULL REFERENCES %.people (id) ON DELETE CASCADE,
      question text COLLATE "C" NOT NULL,
      own text,
      hash text NOT NULL,
      PRIMARY KEY (person, question)
    )`,
    `CREATE TABLE %.earlier_passwords (
      number bigint GENERATED ALWAYS AS IDENTITY,
      person text COLLATE "C" NOT NULL REFERENCES %.people (id) ON DELETE CASCADE,
      hash text NOT NULL,
      PRIMARY KEY (person, number)
    )`,
    `CREATE TABLE %.questions (
      number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      id text COLLATE "C" NOT NULL,
      language text COLLATE "C" NOT NULL,
      text text NOT NULL
    )`,
    'CREATE TABLE %.group_members (outer_group text COLLATE "C", member text COLLATE "C", PRIMARY KEY (outer_group, member))',
    'CREATE TABLE %.seeds (digest text COLLATE "C" PRIMARY KEY, replaced boolean NOT NULL DEFAULT false)',
  ],
  // By name: which ones there are is for the configuration to say.
  ["ALTER TABLE %.people ADD COLUMN attributes jsonb NOT NULL DEFAULT '{}'"],
]

/** What was found, and what was made of it. */
export interface Migrated {
  readonly from: number
  readonly to: number
}

/**
 * Brings our tables to a version, the present one unless given. Of two processes that start at once one does the work, under a lock of the
 * database, and the other finds it done.
 * @throws NotOurDatabase when the tables are of a version that this code does not know.
 */
export async function migrate(database: PostgresDatabase, schema: string, to = MIGRATIONS.length): Promise<Migrated> {
  const present = await versionOf(database, schema)
  if (present === MIGRATIONS.length) return { from: present, to: present }
  return database.slowly(async (transaction) => {
    await transaction.rows(sql`SELECT pg_advisory_xact_lock(hashtextextended(${bound(`rekey ${schema}`, 'text')}, 0))`)
    const from = await versionOf(transaction, schema)
    if (from > MIGRATIONS.length) throw tooNew(schema, from)
    if (from === 0) {
      // Asked first, for whoever may not make schemas may well use one that was made for them.
      const made = await transaction.rows(sql`SELECT 1 AS made FROM pg_namespace WHERE nspname = ${bound(schema, 'text')}`)
      if (made.length === 0) await transaction.rows(plain(`CREATE SCHEMA ${quoted(schema)}`))
      await transaction.rows(
        plain(`CREATE TABLE IF NOT EXISTS ${table(schema)} (version integer PRIMARY KEY, done_at timestamptz NOT NULL DEFAULT now())`),
      )
    }
    for (const [at, statements] of MIGRATIONS.slice(0, to).entries()) {
      if (at < from) continue
      for (const statement of statements) await transaction.rows(plain(statement.replaceAll('%', quoted(schema))))
      await transaction.rows(plain(`INSERT INTO ${table(schema)} (version) VALUES (${at + 1})`))
    }
    return { from, to: Math.max(from, to) }
  })
}

/**
 * Looks whether our tables are of the present version.
 * @throws NotOurDatabase when they are of an older or a newer one.
 */
export async function demandMigrated(database: PostgresDatabase, schema: string): Promise<void> {
  const version = await versionOf(database, schema)
  if (version > MIGRATIONS.length) throw tooNew(schema, version)
  if (version < MIGRATIONS.length)
    throw new NotOurDatabase(
      `has tables of version ${version} in the schema \`${schema}\`, this server needs ${MIGRATIONS.length}: run \`rekey migrate\``,
    )
}

/** @returns 0 where there are no tables of ours. */
async function versionOf(database: Pick<PostgresDatabase, 'rows'>, schema: string): Promise<number> {
  // Read as rows: `to_regclass` remembers within a transaction that there was nothing, whatever another process has made since.
  const there = await database.rows(
    sql`SELECT 1 AS there FROM pg_tables WHERE schemaname = ${bound(schema, 'text')} AND tablename = 'migrations'`,
  )
  if (there.length === 0) return 0
  const [row]: readonly (Row | undefined)[] = await database.rows(
    plain(`SELECT coalesce(max(version), 0) AS version FROM ${table(schema)}`),
  )
  return Number(row?.['version'])
}

function tooNew(schema: string, version: number): NotOurDatabase {
  return new NotOurDatabase(
    `has tables of version ${version} in the schema \`${schema}\`, and this server knows ${MIGRATIONS.length}: start the newer server, or name another schema with \`directory.postgres.schema\``,
  )
}

function table(schema: string): string {
  return quoted(`${schema}.migrations`)
}
