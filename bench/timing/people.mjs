// Who is asked about: several of each kind, with names of one length. Nobody of the unknown is in the directory.
export const PERSONAS = ['known', 'unknown', 'locked', 'no address']

const EACH = 16
const PREFIX = { known: 'is', unknown: 'no', locked: 'lo', 'no address': 'na' }

export function nameOf(persona, number) {
  return `${PREFIX[persona]}-person-${String(number % EACH).padStart(2, '0')}`
}

/** A seed of the directory, as YAML; JSON is YAML too. */
export function seed() {
  const numbers = Array.from({ length: EACH }, (_, number) => number)
  const person = (persona, number) => {
    const userName = nameOf(persona, number)
    return {
      userName,
      givenName: 'Given',
      surname: 'Surname',
      ...(persona !== 'no address' && { mail: `${userName}@example.com` }),
      ...(persona === 'locked' && { state: 'locked' }),
      password: 'a password of the bench',
      answers: [{ question: '1', answer: 'an answer of the bench' }],
    }
  }
  return JSON.stringify({
    questions: { 1: { en: "What's your favorite color?" } },
    people: ['known', 'locked', 'no address'].flatMap((persona) => numbers.map((number) => person(persona, number))),
  })
}
