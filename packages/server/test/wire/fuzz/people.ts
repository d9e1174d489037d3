import type { JsonObject } from '@rekey/core'

/** Somebody of these tests. Their password moves with what they do. */
export interface Person {
  readonly id: string
  readonly userName: string
  readonly mail: string
  readonly phone: string
  readonly answer: string
  password: string
}

/** The first password of everybody who gets anywhere: a canary, as it must never be answered. */
const FIRST_PASSWORD = 'Canary-Passw0rd-1'

/** @param number tells people apart. @param password for people whose password nobody else may have. */
export function person(role: string, number: number, password = FIRST_PASSWORD): Person {
  const userName = `${role}${number}`
  return {
    id: `id-of-${userName}`,
    userName,
    mail: `${userName}@example.com`,
    phone: `+1555${String((role.charCodeAt(0) * 100 + (role.charCodeAt(2) % 100)) * 10_000 + number).padStart(9, '0')}`,
    answer: `Canary-Answer-${userName}`,
    password,
  }
}

/** The file that the directory is seeded with. */
export function seedOf(people: readonly Person[], withoutPassword: ReadonlySet<Person>): string {
  const entries = people.map((one): JsonObject => {
    const { id, userName, mail, phone, answer, password } = one
    const answers = [{ question: '1', answer }]
    return { id, userName, mail, phone, answers, groups: ['staff'], ...(!withoutPassword.has(one) && { password }) }
  })
  return JSON.stringify({ questions: { '1': { en: 'What is your favorite color?' } }, people: entries })
}
