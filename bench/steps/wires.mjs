// The conversations that are measured, one for each dialect, by name.
//
// A wire says which flows it needs (`flows`, of those that ship), what its requests do (`requests`), how many mails a conversation owes (`mails`), and how
// a client plays it: `play(send, person, hears)`, where `send` gives the answer to a request, `hears` is told each answer in order, and any answer but the
// expected one is thrown. `floor` is what the floor must know: its routes; what each request does in the store (`calls`), which is what no server of that
// wire can do without; whether a conversation is carried by a `token` that is made anew for each answer, by a `handle` that stays, or not at all; where the
// carrier stands in a request (`carried`) and in an answer (`carry`); which request stores the conversation where it is not the first (`opens`); and a
// `secret` that callers bring.
import { airlock } from './wires/airlock.mjs'
import { brightPattern } from './wires/bright-pattern.mjs'
import { centrify } from './wires/centrify.mjs'
import { cidaas } from './wires/cidaas.mjs'
import { forgerock } from './wires/forgerock.mjs'

export const WIRES = { forgerock, centrify, cidaas, airlock, 'bright-pattern': brightPattern }

/** A person of the bench. @param {string} name @param {(name: string) => string | Promise<string>} codeOf @param {number} number of the conversation. */
export function personOf(name, codeOf, number = 0) {
  return { name, password: `a new secret of the bench ${String(number).padStart(7, '0')}`, codeOf }
}
