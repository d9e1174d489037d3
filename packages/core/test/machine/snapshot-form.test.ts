import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeSnapshot, encodeSnapshot, type Snapshot } from '../../src/index.js'
import { snapshotForm, snapshotOf } from '../../src/machine/snapshot-form.js'

const text = fc.string({ minLength: 1, maxLength: 8 })
const seconds = fc.nat(4_000_000_000)
const json = fc.dictionary(text, fc.oneof(text, fc.nat(), fc.boolean(), fc.constant(null)), { maxKeys: 2, noNullPrototype: true })
const written = fc.dictionary(text, json, { maxKeys: 2, noNullPrototype: true })
const who = fc.record(
  {
    id: text,
    digest: text,
    credentialVersion: fc.string(),
    shadow: fc.boolean(),
    state: fc.constantFrom('active', 'locked', 'disabled'),
    typedMail: text,
  },
  { requiredKeys: ['id', 'digest', 'credentialVersion', 'shadow', 'state'], noNullPrototype: true },
)
const evidence = fc.array(
  fc.record(
    {
      step: text,
      class: fc.constantFrom('knowledge', 'possession', 'session', 'vouched'),
      channel: fc.constantFrom('email', 'sms', 'app', 'knowledge', 'session'),
      who: fc.oneof(text, fc.constant('p1')),
      subject: fc.record({ attribute: fc.constantFrom('mail', 'phone'), digest: text }, { noNullPrototype: true }),
    },
    { requiredKeys: ['step', 'class', 'channel'], noNullPrototype: true },
  ),
  { maxLength: 2 },
)
const question = fc.record({ key: text, id: text, text: fc.constant({ en: 'Why?' }) }, { noNullPrototype: true })
const asked = fc.record(
  {
    tag: text,
    to: text,
    questions: fc.array(question, { maxLength: 2 }),
    captcha: fc.record({ vendor: text, siteKey: text }, { noNullPrototype: true }),
  },
  { requiredKeys: ['tag'], noNullPrototype: true },
)
const decided = fc.dictionary(text, fc.boolean(), { maxKeys: 2, noNullPrototype: true })
const always = {
  id: fc.uuid(),
  dialect: text,
  address: fc.string(),
  machine: text.map((one) => `m${one}`),
  at: fc.nat(20),
  opened: fc.boolean(),
  round: fc.nat(),
  attempts: fc.dictionary(text, fc.nat(), { maxKeys: 2, noNullPrototype: true }),
  messages: fc.nat(),
  facts: written,
  outputs: json,
  evidence,
  languages: fc.array(text, { maxLength: 4 }),
  startedAt: seconds,
  movedAt: seconds,
}
const sometimes = {
  picked: text,
  offered: fc.array(text, { maxLength: 3 }),
  asked,
  roundAt: seconds,
  subject: text,
  who: fc.oneof(
    who,
    who.map((one) => ({ ...one, id: 'p1' })),
  ),
  state: json,
  approvedRound: fc.nat(),
  answered: text,
  passed: text,
  decided,
  bookmarks: fc.dictionary(
    fc.nat(9).map(String),
    fc.record({ facts: written, outputs: json, evidence, keepsWho: fc.constant(true as const) }, { noNullPrototype: true }),
    { maxKeys: 2, noNullPrototype: true },
  ),
  hasNamed: fc.constant(true as const),
  keepsWho: fc.constant(true as const),
  mayBecome: fc.dictionary(text, text, { maxKeys: 2, noNullPrototype: true }),
  lifeSeconds: fc.nat(),
  unsettled: fc.string(),
  ended: fc.record(
    { as: fc.constantFrom('completed', 'failed', 'cancelled'), reason: text, step: fc.string() },
    { requiredKeys: ['as', 'step'], noNullPrototype: true },
  ),
} satisfies { [Member in Exclude<keyof Snapshot, keyof typeof always>]-?: unknown }

const snapshots: fc.Arbitrary<Snapshot> = fc.record(
  { ...always, ...sometimes },
  { requiredKeys: Object.keys(always) as (keyof typeof always)[], noNullPrototype: true },
)

test('a snapshot comes back from what is stored as it was, whatever is absent', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      expect(snapshotOf(snapshot.id, JSON.parse(JSON.stringify(snapshotForm(snapshot))))).toEqual(snapshot)
    }),
    { numRuns: 2_000, seed: 1 },
  )
})

test('what an earlier release has stored by names is read as well', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      expect(decodeSnapshot(snapshot.id, JSON.stringify(snapshot))).toEqual(decodeSnapshot(snapshot.id, encodeSnapshot(snapshot)))
    }),
    { numRuns: 200, seed: 2 },
  )
})

const bare: Snapshot = {
  id: 'c1',
  dialect: 'forgerock',
  address: 'reset',
  machine: 'm1',
  at: 1,
  opened: true,
  round: 2,
  attempts: {},
  messages: 0,
  facts: {},
  outputs: {},
  evidence: [],
  languages: [],
  startedAt: 1_000,
  movedAt: 1_005,
  asked: { tag: 'initial' },
  roundAt: 1_005,
}

test('nothing is stored for what is absent or empty, and no id', () => {
  expect(snapshotForm(bare)).toEqual(['forgerock', 'reset', 'm1', 1, 2, 1_000, 5, 0, 1, 'initial', 5])
})

test('the machine that a conversation has become is stored once', () => {
  const become: Snapshot = { ...bare, mayBecome: { other: 'm2', forgot: 'm1' } }
  const form = snapshotForm(become)
  expect(JSON.stringify(form).match(/m1/g)).toHaveLength(1)
  // Nothing that a release which knows no such form would take for a machine.
  expect(form[2]).toBe('=m1')
  expect(snapshotOf(become.id, form)).toEqual(snapshotOf(become.id, JSON.parse(JSON.stringify(form))))
  expect(snapshotOf(become.id, form).mayBecome).toEqual(become.mayBecome)
})
