import { nearName, SourceFile, type GroupNesting, type Properties } from '@rekey/core'
import { isPair, isScalar, parseDocument } from 'yaml'
import type { ErrorObject } from 'ajv/dist/2020.js'
import type { Document } from 'yaml'
import { isKnownHash } from '../passwords/password-hasher.js'
import { foldAscii } from './fold.js'
import type { NewAnswer, NewPerson, Questions } from './person.js'
import { checkSeed } from './seed-schema.js'
import type { SeedFile, SeedPerson } from './seed-schema.js'

/** A file of people that cannot be used; the message begins with file, line and column, and holds no value of the file. */
export class SeedError extends Error {
  override readonly name = 'SeedError'
}

export interface Seed {
  readonly questions: Questions
  readonly people: readonly NewPerson[]
  readonly groups: GroupNesting
}

/**
 * Reads a YAML file of people.
 * @param path as the messages print it.
 * @param attributes those that the configuration declares; the people of the file can have no other.
 * @throws SeedError at the first fault.
 */
export function readSeed(source: string, path: string, attributes: Properties = {}): Seed {
  const file = new SourceFile(path, source)
  const refuse = (offset: number, message: string): never => {
    const { line, column } = file.positionAt(offset)
    throw new SeedError(`${path}:${line}:${column} ${message}`)
  }
  const document = parseDocument(source, { uniqueKeys: true, prettyErrors: false })
  const [fault] = [...document.errors, ...document.warnings]
  if (fault) return refuse(fault.pos[0], fault.message)
  const checked = checkSeed(plainValue(document, refuse), attributes)
  if ('fault' in checked) return refuse(...faultIn(document, checked.fault, attributes))
  const { seed } = checked
  const clash = findClash(seed)
  if (clash) return refuse(valueOffset(document, clash.at), clash.message)
  return {
    questions: new Map(Object.entries(seed.questions ?? {})),
    people: seed.people.map(toPerson),
    groups: new Map(Object.entries(seed.groups ?? {})),
  }
}

/** An alias of nothing, or aliases that would grow without end, are found only now. */
function plainValue(document: Document, refuse: (offset: number, message: string) => never): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    return refuse(0, error instanceof Error ? error.message : 'it cannot be read')
  }
}

function faultIn(document: Document, fault: ErrorObject | undefined, attributes: Properties): readonly [offset: number, message: string] {
  const at = (fault?.instancePath ?? '').split('/').slice(1).map(decodePointer)
  const stray: unknown = fault?.params['additionalProperty']
  // `/people/0/attributes/vip`
  const isAttribute = at[2] === 'attributes'
  if (typeof stray === 'string') {
    const message = isAttribute ? undeclared(stray, Object.keys(attributes)) : `there is no \`${stray}\` here`
    return [keyOffset(document, at, stray), message]
  }
  const declared = isAttribute && at[3] !== undefined ? `, as \`attributes.${at[3]}\` of the configuration declares` : ''
  return [valueOffset(document, at), `${fault?.message ?? 'wrong shape'}${wishOf(fault?.params['allowedValues'])}${declared}`]
}

function undeclared(name: string, known: readonly string[]): string {
  const near = nearName(name, known)
  const help = near === undefined ? 'declare it under `attributes` there' : `did you mean \`${near}\`?`
  return `the configuration declares no attribute \`${name}\`; ${help}`
}

interface Clash {
  readonly at: readonly string[]
  readonly message: string
}

/** What a schema cannot say: names taken twice, hashes that nobody reads, questions that are not there. */
function findClash({ people, questions = {} }: SeedFile): Clash | undefined {
  const taken = new Set<string>()
  for (const [at, person] of people.entries()) {
    const place = ['people', String(at)]
    for (const name of ['userName', 'id'] as const) {
      const value = person[name]
      if (value === undefined) continue
      const key = `${name} ${name === 'userName' ? foldAscii(value) : value}`
      if (taken.has(key)) return { at: [...place, name], message: `two people have this \`${name}\`` }
      taken.add(key)
    }
    if (person.passwordHash !== undefined && person.password !== undefined)
      return { at: [...place, 'passwordHash'], message: 'somebody has either `password` or `passwordHash`' }
    if (person.passwordHash !== undefined && !isKnownHash(person.passwordHash))
      return { at: [...place, 'passwordHash'], message: 'this is no hash of a form that is read, or it costs more than is read' }
    for (const [index, { question, ownQuestion }] of (person.answers ?? []).entries()) {
      const answer = [...place, 'answers', String(index)]
      if ((question === undefined) === (ownQuestion === undefined))
        return { at: answer, message: 'an answer has either `question` or `ownQuestion`' }
      if (question !== undefined && !Object.hasOwn(questions, String(question))) {
        return { at: [...answer, 'question'], message: 'there is no question of this id under `questions`' }
      }
    }
  }
  return undefined
}

function toPerson({ answers, ...person }: SeedPerson): NewPerson {
  return { ...person, ...(answers && { answers: answers.map(toAnswer) }) }
}

function toAnswer({ question, ownQuestion, answer }: NonNullable<SeedPerson['answers']>[number]): NewAnswer {
  return ownQuestion === undefined ? { question: String(question), answer } : { ownQuestion, answer }
}

function decodePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}

function wishOf(allowed: unknown): string {
  return Array.isArray(allowed) ? `: ${allowed.join(', ')}` : ''
}

function valueOffset(document: Document, at: readonly string[]): number {
  // A key that looks like a number is one in YAML and a text in JSON pointers.
  const node: unknown = document.getIn(at, true) ?? document.getIn(at.map(numberOrText), true)
  return offsetOf(node)
}

function keyOffset(document: Document, at: readonly string[], key: string): number {
  const map: unknown = at.length === 0 ? document.contents : (document.getIn(at, true) ?? document.getIn(at.map(numberOrText), true))
  const items: unknown = typeof map === 'object' && map !== null && 'items' in map ? map.items : []
  const pair = Array.isArray(items) ? items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key) : undefined
  return offsetOf(isPair(pair) ? pair.key : map)
}

function numberOrText(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part
}

function offsetOf(node: unknown): number {
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : 0
}
