import fc from 'fast-check'

/** A carrier that a random act brings: of which conversation, and how fresh. Numbers pick among what there is, and wrap around. */
export interface RandomCarrier {
  readonly conversation: number
  readonly as: 'newest' | 'older' | 'handle' | 'bent'
  readonly age: number
}

/** What a random answer holds: what fits the open question, the right thing of some other one, somebody else's right thing, or a wrong one. */
export type RandomAnswer =
  | 'fitting'
  | 'code'
  | 'codeOfAnother'
  | 'wrongCode'
  | 'right'
  | 'wrong'
  | 'password'
  | 'weakPassword'
  | 'mail'
  | 'sms'
  | 'name'

export type RandomAct =
  | { readonly act: 'start'; readonly flow: number; readonly userName: string; readonly answers: readonly RandomAnswer[] }
  | {
      readonly act: 'submit' | 'open' | 'resend' | 'choose' | 'poll' | 'cancel' | 'look' | 'become'
      readonly carrier: RandomCarrier
      readonly target: 'none' | 'open' | 'mail' | 'sms' | 'stale'
      readonly answers: readonly RandomAnswer[]
    }
  | { readonly act: 'approve' | 'deny' | 'lookByLink'; readonly letter: number }
  | { readonly act: 'wait'; readonly seconds: number }
  | { readonly act: 'move'; readonly id: string; readonly mail: string }

/** Acts that are sent at the same moment. */
export type Moment = readonly RandomAct[]

const answer = fc.oneof(
  { weight: 12, arbitrary: fc.constant<RandomAnswer>('fitting') },
  {
    weight: 5,
    arbitrary: fc.constantFrom<RandomAnswer>(
      'code',
      'codeOfAnother',
      'wrongCode',
      'right',
      'wrong',
      'password',
      'weakPassword',
      'mail',
      'sms',
      'name',
    ),
  },
)
const answers = fc.oneof(
  { weight: 6, arbitrary: fc.array(answer, { minLength: 1, maxLength: 1 }) },
  { weight: 1, arbitrary: fc.array(answer, { maxLength: 3 }) },
)

const start = fc.record({
  act: fc.constant('start' as const),
  flow: fc.nat(9),
  userName: fc.constantFrom('jdoe', 'jdoe', 'asmith', 'nobody', 'locked', 'nophone', 'nomail'),
  answers: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: answers }),
})

const carried = fc.record({
  act: fc.oneof(
    { weight: 16, arbitrary: fc.constant('submit' as const) },
    { weight: 8, arbitrary: fc.constantFrom('open' as const, 'resend' as const, 'choose' as const, 'poll' as const, 'look' as const) },
    { weight: 2, arbitrary: fc.constantFrom('cancel' as const, 'become' as const) },
  ),
  carrier: fc.record({
    conversation: fc.nat(2),
    as: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('newest' as const, 'handle' as const) },
      { weight: 2, arbitrary: fc.constantFrom('older' as const, 'bent' as const) },
    ),
    age: fc.nat(4),
  }),
  target: fc.oneof(
    { weight: 6, arbitrary: fc.constant('none' as const) },
    { weight: 2, arbitrary: fc.constantFrom('open' as const, 'mail' as const, 'sms' as const, 'stale' as const) },
  ),
  answers,
})

const linked = fc.record({
  act: fc.constantFrom('approve' as const, 'approve' as const, 'deny' as const, 'lookByLink' as const),
  letter: fc.nat(4),
})
const wait = fc.record({ act: fc.constant('wait' as const), seconds: fc.constantFrom(1, 61, 200) })
const move = fc.record({
  act: fc.constant('move' as const),
  id: fc.constantFrom('p-jdoe', 'p-asmith'),
  mail: fc.constantFrom('moved@example.com', 'jdoe@example.com'),
})

/** A clock that jumps while somebody holds a conversation takes it away from them: so waiting happens alone. */
const besideOthers: fc.Arbitrary<RandomAct> = fc.oneof(
  { weight: 2, arbitrary: start },
  { weight: 16, arbitrary: carried },
  { weight: 3, arbitrary: linked },
  { weight: 1, arbitrary: move },
)

const moments = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: besideOthers.map((act) => [act]) },
    { weight: 1, arbitrary: wait.map((act) => [act]) },
    { weight: 4, arbitrary: fc.array(besideOthers, { minLength: 2, maxLength: 3 }) },
  ),
  { minLength: 4, maxLength: 30 },
)

/** A history, and the user names of those whose mail, telephone and answers its actor has: for others it can only guess. */
export interface RandomHistory {
  readonly knows: readonly string[]
  readonly moments: readonly Moment[]
}

/** Histories: they begin with a start; mostly one act comes after the other, sometimes there are several at once. */
export const histories: fc.Arbitrary<RandomHistory> = fc
  .tuple(fc.subarray(['jdoe', 'asmith', 'nophone', 'nomail']), start, moments)
  .map(([knows, first, rest]) => ({ knows, moments: [[first], ...rest] }))
