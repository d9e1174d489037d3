import type { Principal } from '../../ports/directory.js'
import type { TestPerson } from '../../memory/test-person.js'

/** Long enough to find again wherever a step may have left it. */
export const SAMPLE_PASSWORD = 'sample-Passw0rd-of-jdoe'

/** A password that no policy has anything against. */
export const GOOD_PASSWORD = 'a-New-Passw0rd-0f-his'

/** The answer of a question, by its id. */
export const SAMPLE_ANSWERS: { readonly [question: string]: string } = { pet: 'answer-Rex-the-dog', school: 'answer-Sesame-Street' }

export const SAMPLE_QUESTIONS: ReadonlyMap<string, { readonly [language: string]: string }> = new Map([
  ['pet', { en: 'What was your first pet called?' }],
  ['school', { en: 'Where did you go to school?' }],
])

/** The person that the directory's double knows. */
export const SAMPLE_PERSON: TestPerson = {
  id: 'p-sample',
  userName: 'jdoe',
  mail: 'jdoe@example.com',
  phone: '+15550101',
  givenName: 'John',
  surname: 'Doe',
  locale: 'en',
  groups: ['staff'],
  password: SAMPLE_PASSWORD,
  totp: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  answers: Object.entries(SAMPLE_ANSWERS).map(([question, answer]) => ({ question, answer })),
}

/**
 * Somebody whom no service knows and who has all that the sample person has: what handlers see in the place of people who do not exist.
 */
export function strangerLike(person: Principal): Principal {
  return {
    ...person,
    id: 'p-stranger',
    userName: 'u3f9ab2c',
    ...(person.mail !== undefined && { mail: 'u3f9ab2c@example.com' }),
    ...(person.phone !== undefined && { phone: '+493012345678' }),
    credentialVersion: 'version-of-a-stranger',
  }
}

const ALWAYS = ['id', 'userName', 'state', 'groups', 'kba', 'hasPassword', 'credentialVersion']

/** The person with nothing but what everybody has and what the step says it needs. */
export function leanest(person: Principal, needs: readonly string[]): Principal {
  const kept = Object.entries(person).filter(([name]) => ALWAYS.includes(name) || needs.includes(name))
  // Every member that the type demands is in `ALWAYS`; what is optional may be gone.
  const lean = Object.fromEntries(kept) as unknown as Principal
  return { ...lean, groups: needs.includes('groups') ? lean.groups : [], kba: needs.includes('kba') ? lean.kba : [] }
}
