import { isJsonObject, type JsonObject } from '@rekey/core'
import type { Answer, Call } from '../wire/call.js'

/** Sends a request and gives the answer as it came. */
export type Send = (call: Call) => Promise<Answer>

/** What an answer means to the person in front of the screen, whatever its wire. */
export type Told = 'next' | 'refused' | 'done' | 'left'

/** One client of one wire, in one conversation: it knows what the person does, and puts it into this wire's requests. */
export interface Visit {
  /** Makes the calls that come before a name can be given, and builds the one that gives it and asks for the code. */
  readonly names: (userName: string) => Promise<Call>
  readonly types: (code: string) => Call
  readonly chooses: (password: string) => Call
  /** Asks for the code once more; absent where the wire has no call for it. */
  readonly asksAgain?: () => Call
  /** Gives up; absent where the wire has no call for it. */
  readonly leaves?: () => Call
  /** Takes in what an answer carries on. */
  readonly hears: (answer: Answer) => Told
  /** Everything by which the server knows this conversation again: tokens, handles, cookies. */
  readonly carriers: () => readonly string[]
}

/** A wire that the flow is spoken on. */
export interface Wire {
  /** Of the dialect. */
  readonly name: string
  readonly visit: (send: Send) => Visit
}

/** A POST with a JSON body. */
export function posts(target: string, body: JsonObject, headers: Readonly<Record<string, string>> = {}): Call {
  return { method: 'POST', target, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) }
}

/** The object that an answer holds; without members where it holds none. */
export function objectIn({ text }: Answer): JsonObject {
  const body: unknown = text === '' ? undefined : JSON.parse(text)
  return isJsonObject(body) ? body : {}
}

/** A member that is an object. */
export function part(of: JsonObject, name: string): JsonObject {
  const value = of[name]
  return isJsonObject(value) ? value : {}
}

/** A member that is a text; empty when there is none. */
export function textOf(of: JsonObject, name: string): string {
  const value = of[name]
  return typeof value === 'string' ? value : ''
}
