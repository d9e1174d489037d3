import type { NewPerson, Questions } from '../../src/adapters/directory/person.js'

const PASSWORD = 'Passw0rd1'
const blue = [{ question: '1', answer: 'Blue' }]

/** The people that engines under test know. Nobody is called `nobody`. */
export const PEOPLE: readonly NewPerson[] = [
  {
    id: 'p-jdoe',
    userName: 'jdoe',
    mail: 'jdoe@example.com',
    phone: '+493011122333',
    givenName: 'John',
    surname: 'Doe',
    password: PASSWORD,
    answers: blue,
  },
  { id: 'p-asmith', userName: 'asmith', mail: 'asmith@example.com', phone: '+493011122444', password: PASSWORD, answers: blue },
  { id: 'p-locked', userName: 'locked', mail: 'locked@example.com', state: 'locked', password: PASSWORD, answers: blue },
  { id: 'p-nomail', userName: 'nomail', password: PASSWORD, answers: blue },
  { id: 'p-nophone', userName: 'nophone', mail: 'nophone@example.com', password: PASSWORD, answers: blue },
  // Whose user name is an address, and who has none.
  { id: 'p-mailless', userName: 'mailless@example.com', password: PASSWORD, answers: blue },
]

/** The configured questions. */
export const QUESTIONS: Questions = new Map([['1', { en: "What's your favorite color?" }]])
