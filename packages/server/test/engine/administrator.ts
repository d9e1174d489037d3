import { Database, type SqlValue } from '../../src/adapters/directory/database.js'

/** Changes people behind the back of a running conversation, in the directory's own file. */
export interface Administrator {
  readonly setMail: (id: string, mail: string | null) => Promise<void>
  readonly setState: (id: string, state: 'active' | 'locked' | 'disabled') => Promise<void>
  /** Puts questions before those that the person has answered; nobody knows the answers. */
  readonly addQuestions: (id: string, questions: readonly string[]) => Promise<void>
  readonly remove: (id: string) => Promise<void>
  readonly close: () => void
}

/** @param path the directory's file. */
export async function administrator(path: string): Promise<Administrator> {
  const database = await Database.open(path)
  const run = async (sql: string, args: readonly SqlValue[]) => void (await database.write(() => [{ sql, args }]))
  return {
    setMail: (id, mail) => run('UPDATE people SET mail = ?, mail_folded = lower(?) WHERE id = ?', [mail, mail, id]),
    setState: (id, state) => run('UPDATE people SET state = ? WHERE id = ?', [state, id]),
    addQuestions: async (id, questions) => {
      const [row] = await database.all('SELECT answers FROM people WHERE id = ?', [id])
      const text = row?.['answers']
      const answered = JSON.parse(typeof text === 'string' ? text : '[]') as unknown[]
      const more = questions.map((question) => ({ id: question, hash: 'known to nobody' }))
      await run('UPDATE people SET answers = ? WHERE id = ?', [JSON.stringify([...more, ...answered]), id])
    },
    remove: (id) => run('DELETE FROM people WHERE id = ?', [id]),
    close: () => database.close(),
  }
}
