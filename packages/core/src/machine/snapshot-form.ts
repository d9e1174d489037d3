import type { AccountState, AttributeName } from '../ports/directory.js'
import type { JsonObject } from '../step/json.js'
import type { Channel, Requirement } from '../step/requirement.js'
import { newSnapshot, type Bookmark, type Ending, type Evidence, type Snapshot, type Who } from './snapshot.js'

type Bit = 0 | 1

type WhoForm = readonly [id: string, digest: string, credentialVersion: string, shadow: Bit, state: AccountState, typedMail?: string]

/** `who` is 1 for whom the conversation is about. */
type EvidenceForm = readonly [
  step: string,
  of: Evidence['class'],
  channel: Channel,
  who: string | 1 | null,
  attribute?: AttributeName,
  digest?: string,
]

/** In no hash. A release that does not know it finds no such machine, and leaves the conversation to those that do. */
const ALSO_SLOT = '='

/** By slot; 1 is the machine that the conversation has become, whose hash then stands with `ALSO_SLOT` before it. */
type MayBecomeForm = { readonly [slot: string]: string | 1 }

type EndedForm = readonly [as: Ending, step: string, reason?: string]

/**
 * A snapshot as it is stored: a list in which the place says what stands there. The id is not in it, as the store knows it. Null stands for what is
 * absent, and for what is empty where something has to be; nulls at the end are left out, so what is seldom there comes last. `moved` and
 * `roundOpened` are seconds from the start. A question with a tag alone is that tag.
 */
export type SnapshotForm = readonly [
  dialect: string,
  address: string,
  machine: string,
  at: number,
  round: number,
  startedAt: number,
  moved: number,
  messages: number,
  opened: Bit,
  asked?: Requirement | string | null,
  roundOpened?: number | null,
  who?: WhoForm | null,
  answered?: string | null,
  evidence?: readonly EvidenceForm[] | null,
  subject?: string | null,
  languages?: readonly string[] | null,
  facts?: { readonly [step: string]: JsonObject } | null,
  attempts?: { readonly [step: string]: number } | null,
  ended?: EndedForm | null,
  picked?: string | null,
  state?: JsonObject | null,
  outputs?: JsonObject | null,
  passed?: string | null,
  offered?: readonly string[] | null,
  mayBecome?: MayBecomeForm | null,
  decided?: { readonly [atom: string]: boolean } | null,
  bookmarks?: { readonly [at: string]: Bookmark } | null,
  approvedRound?: number | null,
  lifeSeconds?: number | null,
  unsettled?: string | null,
  hasNamed?: 1 | null,
  keepsWho?: 1 | null,
]

export function snapshotForm(snapshot: Snapshot): SnapshotForm {
  const { startedAt, asked, roundAt, who, evidence, languages, ended } = snapshot
  const form: SnapshotForm = [
    snapshot.dialect,
    snapshot.address,
    isSlot(snapshot) ? `${ALSO_SLOT}${snapshot.machine}` : snapshot.machine,
    snapshot.at,
    snapshot.round,
    startedAt,
    snapshot.movedAt - startedAt,
    snapshot.messages,
    snapshot.opened ? 1 : 0,
    asked ? requirementForm(asked) : null,
    roundAt === undefined ? null : roundAt - startedAt,
    who ? whoForm(who) : null,
    snapshot.answered ?? null,
    evidence.length === 0 ? null : evidence.map((one) => evidenceForm(one, who)),
    snapshot.subject ?? null,
    languages.length === 0 ? null : languages,
    unlessEmpty(snapshot.facts),
    unlessEmpty(snapshot.attempts),
    ended ? endedForm(ended) : null,
    snapshot.picked ?? null,
    snapshot.state ?? null,
    unlessEmpty(snapshot.outputs),
    snapshot.passed ?? null,
    snapshot.offered ?? null,
    snapshot.mayBecome ? mayBecomeForm(snapshot.mayBecome, snapshot.machine) : null,
    snapshot.decided ?? null,
    snapshot.bookmarks ?? null,
    snapshot.approvedRound ?? null,
    snapshot.lifeSeconds ?? null,
    snapshot.unsettled ?? null,
    snapshot.hasNamed ? 1 : null,
    snapshot.keepsWho ? 1 : null,
  ]
  return form.slice(0, form.findLastIndex((value) => value !== null) + 1) as unknown as SnapshotForm
}

export function snapshotOf(id: string, form: SnapshotForm): Snapshot {
  const [dialect, address, stated, at, round, startedAt, moved, messages, opened, asked, roundOpened, who, answered, evidence, ...more] =
    form
  const [subject, languages, facts, attempts, ended, picked, state, outputs, passed, offered, mayBecome, ...seldom] = more
  const [decided, bookmarks, approvedRound, lifeSeconds, unsettled, hasNamed, keepsWho] = seldom
  const machine = stated.startsWith(ALSO_SLOT) ? stated.slice(ALSO_SLOT.length) : stated
  return newSnapshot({
    id,
    dialect,
    address,
    machine,
    at,
    picked: picked ?? undefined,
    offered: offered ?? undefined,
    asked: typeof asked === 'string' ? { tag: asked } : (asked ?? undefined),
    opened: opened === 1,
    round,
    roundAt: typeof roundOpened === 'number' ? startedAt + roundOpened : undefined,
    subject: subject ?? undefined,
    attempts: attempts ?? {},
    messages,
    who: who ? whoOf(who) : undefined,
    facts: facts ?? {},
    outputs: outputs ?? {},
    state: state ?? undefined,
    evidence: evidence?.map((one) => evidenceOf(one, who)) ?? [],
    languages: languages ?? [],
    startedAt,
    movedAt: startedAt + moved,
    approvedRound: approvedRound ?? undefined,
    answered: answered ?? undefined,
    passed: passed ?? undefined,
    decided: decided ?? undefined,
    bookmarks: bookmarks ?? undefined,
    hasNamed: hasNamed === 1 ? true : undefined,
    keepsWho: keepsWho === 1 ? true : undefined,
    mayBecome: mayBecome ? mayBecomeOf(mayBecome, machine) : undefined,
    lifeSeconds: lifeSeconds ?? undefined,
    unsettled: unsettled ?? undefined,
    ended: ended ? endedOf(ended) : undefined,
  })
}

function requirementForm(asked: Requirement): Requirement | string {
  return asked.to === undefined && asked.questions === undefined && asked.captcha === undefined ? asked.tag : asked
}

function whoForm({ id, digest, credentialVersion, shadow, state, typedMail }: Who): WhoForm {
  const form = [id, digest, credentialVersion, shadow ? 1 : 0, state] as const
  return typedMail === undefined ? form : [...form, typedMail]
}

function whoOf([id, digest, credentialVersion, shadow, state, typedMail]: WhoForm): Who {
  return { id, digest, credentialVersion, shadow: shadow === 1, state, ...(typedMail !== undefined && { typedMail }) }
}

function evidenceForm({ step, class: of, channel, who, subject }: Evidence, about: Who | undefined): EvidenceForm {
  const form = [step, of, channel, who === undefined ? null : who === about?.id ? 1 : who] as const
  return subject === undefined ? form : [...form, subject.attribute, subject.digest]
}

function evidenceOf([step, of, channel, who, attribute, digest]: EvidenceForm, about: WhoForm | null | undefined): Evidence {
  const named = who === 1 ? about?.[0] : (who ?? undefined)
  return {
    step,
    class: of,
    channel,
    ...(named !== undefined && { who: named }),
    ...(attribute !== undefined && digest !== undefined && { subject: { attribute, digest } }),
  }
}

function endedForm({ as, step, reason }: NonNullable<Snapshot['ended']>): EndedForm {
  return reason === undefined ? [as, step] : [as, step, reason]
}

function endedOf([as, step, reason]: EndedForm): NonNullable<Snapshot['ended']> {
  return { as, step, ...(reason !== undefined && { reason }) }
}

function isSlot({ machine, mayBecome = {} }: Snapshot): boolean {
  return Object.values(mayBecome).includes(machine)
}

function mayBecomeForm(machines: NonNullable<Snapshot['mayBecome']>, own: string): MayBecomeForm {
  return mapped(machines, (machine) => (machine === own ? 1 : machine))
}

function mayBecomeOf(form: MayBecomeForm, own: string): NonNullable<Snapshot['mayBecome']> {
  return mapped(form, (machine) => (machine === 1 ? own : machine))
}

function mapped<From, To>(values: { readonly [slot: string]: From }, to: (value: From) => To): { readonly [slot: string]: To } {
  return Object.fromEntries(Object.entries(values).map(([slot, value]) => [slot, to(value)]))
}

function unlessEmpty<T extends object>(value: T): T | null {
  for (const _member in value) return value
  return null
}
