import { PROBLEM_CODES } from '../engine/problem.js'
import type { JsonObject } from '../step/json.js'
import { REQUIREMENT_KINDS } from '../step/requirement.js'
import type { ACT_EXPECTATIONS } from './read-act-expectation.js'
import type { ACTS, EDITABLE, MOST_TIMES } from './read-act.js'
import type { CASE_EXPECTATIONS, PERSON_FACTS } from './read-case-expectation.js'
import type { PERSON_KEYS } from './read-person.js'
import type { CASE_KEYS, FILE_KEYS } from './read-test-file.js'

const TEXT = { type: 'string' } as const
const TEXTS = { anyOf: [TEXT, { type: 'array', items: TEXT }] } as const
const YES = { const: true } as const
const NOTHING = { anyOf: [{ type: 'null' }, { type: 'object', maxProperties: 0 }] } as const
const ANY = true
const STATE = { enum: ['active', 'locked', 'disabled'] } as const
const TIMES: typeof MOST_TIMES = 1_000

/**
 * The JSON Schema (draft 2020-12) of files of tests, for editors: completion, descriptions and red lines while typing. `readTestFile` says the
 * rest, such as who is among the people.
 */
export function flowTestSchema(): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Tests of a Rekey flow',
    required: ['test', 'cases'],
    ...group({
      test: { ...TEXTS, description: 'Id of the flow, or a list: every case is played with each' },
      on: { ...TEXT, description: 'Dialect whose ways are used; the first that the flow speaks unless given' },
      people: { type: 'array', items: person(), description: 'Who is in the directory' },
      questions: { type: 'object', additionalProperties: textByLanguage(), description: 'Texts of security questions by id' },
      secrets: { type: 'object', additionalProperties: TEXT, description: 'Values behind the `${NAME}` of secret settings' },
      cases: { type: 'array', items: testCase(), description: 'The stories; each begins with these people, an empty store, and noon' },
    } satisfies Record<(typeof FILE_KEYS)[number], unknown>),
  }
}

function testCase(): JsonObject {
  return {
    required: ['name', 'acts'],
    ...group({
      name: { ...TEXT, description: 'What is shown, as a sentence' },
      on: { ...TEXT, description: 'Dialect of this case' },
      validators: {
        type: 'object',
        additionalProperties: { enum: ['agrees', 'refuses'] },
        description: 'What validators say; they agree unless told',
      },
      acts: {
        type: 'array',
        items: { anyOf: [{ enum: ['resend', 'open', 'poll', 'look', 'describe', 'follow', 'approve', 'deny', 'cancel', 'again'] }, act()] },
        description: 'What somebody does, in order',
      },
      expect: { ...caseExpectation(), description: 'What must be so at the end' },
    } satisfies Record<(typeof CASE_KEYS)[number], unknown>),
  }
}

function act(): JsonObject {
  const plain = (description: string) => ({ ...NOTHING, description })
  return group({
    start: { anyOf: [{ type: 'null' }, start()], description: 'Begins a conversation' },
    answer: { description: 'Answers what is asked; `$code`, `$wrong`, `$totp` and `$outputs.name` stand for what only the run knows' },
    choose: { ...TEXT, description: 'Picks an option by the id of its step' },
    become: { ...TEXT, description: 'Goes on as the flow of another slot' },
    wait: { type: 'string', pattern: '^[1-9][0-9]{0,8}[smhd]$', description: 'Moves the clock' },
    edit: { type: 'object', additionalProperties: edit(), description: 'Changes what the directory says of people' },
    resend: plain('Sends the message of the open question again'),
    open: plain('Opens a question that is only shown'),
    poll: plain('Asks whether somebody has approved'),
    look: plain('Reads the open question'),
    describe: plain('Asks what the flow begins with'),
    follow: plain('Goes on by the link of the last message'),
    approve: plain('Approves by the link of the last message'),
    deny: plain('Disowns the last message by its link'),
    cancel: plain('Ends the conversation'),
    again: plain('Sends the last request once more'),
    times: { type: 'integer', minimum: 1, maximum: TIMES, description: 'How often; what is expected must come of the last' },
    ...actExpectation(),
  } satisfies Record<(typeof ACTS)[number], unknown> & JsonObject)
}

function start(): JsonObject {
  return group({
    signedIn: { ...TEXT, description: 'User name of somebody for whom a session is opened first' },
    scopes: { ...TEXTS, description: 'Scopes of that session' },
    bearer: { ...TEXT, description: 'A bearer token as it stands' },
    address: { ...TEXT, description: 'Network address of the client' },
    languages: { ...TEXTS, description: 'In order of preference' },
    body: { ...TEXT, description: 'Body of the request, for validators' },
    answers: { type: 'array', items: ANY, description: 'Answers that the start brings along, in order' },
  })
}

function actExpectation() {
  return {
    asks: { anyOf: [{ enum: [...REQUIREMENT_KINDS] }, asked()], description: 'The question that is open then' },
    refused: { ...TEXT, description: "The step's reason for refusing the answer" },
    problem: { enum: [...PROBLEM_CODES], description: 'Any other problem' },
    reason: { ...TEXT, description: 'The reason of the problem' },
    ends: { enum: ['completed', 'failed', 'cancelled'] },
    outputs: { type: 'object', description: 'Outputs that the end has; `$any` is any value' },
    sends: { ...sent(), description: 'What is sent by this act, all of it and in order' },
    unchanged: { ...YES, description: "Nobody's password was set by it" },
  } satisfies Record<(typeof ACT_EXPECTATIONS)[number], unknown>
}

function asked(): JsonObject {
  const ids = { ...TEXTS }
  return group({ kind: { enum: [...REQUIREMENT_KINDS] }, step: TEXT, to: TEXT, options: ids, questions: ids, opened: { type: 'boolean' } })
}

function sent(): JsonObject {
  const message = group({
    template: TEXT,
    to: TEXT,
    channel: { enum: ['email', 'sms'] },
    length: { type: 'integer', minimum: 1, maximum: 64, description: 'Characters of its code' },
    link: { type: 'boolean' },
  })
  const one = { anyOf: [TEXT, message] }
  return { anyOf: [...one.anyOf, { type: 'array', items: one }] }
}

function caseExpectation(): JsonObject {
  const events = { type: 'array', items: TEXT }
  const byPerson = (schema: JsonObject) => ({ type: 'object', additionalProperties: schema })
  const facts = group({
    password: ANY,
    state: STATE,
    mail: TEXT,
    phone: TEXT,
    mustChange: { type: 'boolean' },
    groups: { type: 'array', items: TEXT },
  } satisfies Record<(typeof PERSON_FACTS)[number], unknown>)
  return group({
    messages: { ...sent(), description: 'All messages of the case' },
    audit: { ...events, description: 'Events in this order; others may lie between' },
    never: { ...events, description: 'Events that must not occur' },
    directory: { ...byPerson({ anyOf: [{ const: 'unchanged' }, facts] }), description: 'What is so of people' },
    sessions: { ...byPerson({ type: 'integer', minimum: 0 }), description: 'How many login sessions of people are good' },
    unchanged: { ...YES, description: "Nobody's password was set" },
  } satisfies Record<(typeof CASE_EXPECTATIONS)[number], unknown>)
}

function person(): JsonObject {
  const answer = group({ question: TEXT, ownQuestion: TEXT, answer: TEXT })
  return {
    required: ['userName'],
    ...group({
      userName: TEXT,
      id: { ...TEXT, description: "The directory's id; the user name unless given" },
      mail: TEXT,
      phone: TEXT,
      givenName: TEXT,
      surname: TEXT,
      locale: TEXT,
      password: TEXT,
      login: TEXT,
      domain: TEXT,
      principalName: TEXT,
      distinguishedName: TEXT,
      totp: { ...TEXT, description: 'Secret of the authenticator app, base32' },
      state: { ...STATE, default: 'active' },
      groups: TEXTS,
      answers: { type: 'array', items: { ...answer, required: ['answer'] }, description: 'Answers to security questions' },
      mustChange: { type: 'boolean' },
      attributes: { type: 'object', description: 'Declared attributes' },
    } satisfies Record<(typeof PERSON_KEYS)[number], unknown>),
  }
}

function edit(): JsonObject {
  return group({
    mail: TEXT,
    phone: TEXT,
    givenName: TEXT,
    surname: TEXT,
    locale: TEXT,
    state: STATE,
    groups: TEXTS,
    attributes: { type: 'object' },
  } satisfies Record<(typeof EDITABLE)[number], unknown>)
}

function textByLanguage(): JsonObject {
  return { anyOf: [TEXT, { type: 'object', additionalProperties: TEXT }] }
}

function group(properties: JsonObject): JsonObject {
  return { type: 'object', additionalProperties: false, properties }
}
