import type { Database, Statement } from './database.js'
import type { Questions } from './person.js'
import { textIn } from './text-in.js'

/** The questions of the file, in their order. */
export async function readQuestions(database: Database): Promise<Questions> {
  const texts = new Map<string, Record<string, string>>()
  for (const row of await database.all('SELECT id, language, text FROM questions ORDER BY number')) {
    const id = textIn(row, 'id') ?? ''
    texts.set(id, { ...texts.get(id), [textIn(row, 'language') ?? '']: textIn(row, 'text') ?? '' })
  }
  return texts
}

/** Replaces the questions of the file. */
export function questionStatements(questions: Questions): readonly Statement[] {
  const rows = [...questions].flatMap(([id, texts]) => Object.entries(texts).map(([language, text]) => [id, language, text]))
  const insert = 'INSERT INTO questions (id, language, text) VALUES (?, ?, ?)'
  return [{ sql: 'DELETE FROM questions', args: [] }, ...rows.map((args) => ({ sql: insert, args }))]
}
