import { codeFacts, nearName } from '@rekey/core'
import { readExplanations, type Explanations } from '../explanations.js'
import { EXIT } from '../io.js'
import type { Io } from '../io.js'
import { firstSentence, plainMarkdown } from '../plain-markdown.js'

/** Prints the page of a diagnostic's code, or without one the list of all codes. */
export function explain(io: Io, code: string | undefined): number {
  const explanations = readExplanations()
  if (code === undefined) {
    io.out(listOf(explanations))
    return EXIT.good
  }
  // Somebody may paste what stands in a report: `error[unknown-step]`.
  const asked = /\[([\w-]+)\]/.exec(code)?.[1] ?? code
  const page = explanations.get(asked)
  if (page !== undefined) {
    io.out(plainMarkdown(page, { color: io.color }))
    return EXIT.good
  }
  const near = nearName(asked, explanations.keys())
  const help = near === undefined ? '`rekey explain` lists all codes' : `did you mean \`${near}\`?`
  io.err(`rekey: there is no code \`${asked.replaceAll(/\p{Cc}/gu, '·')}\`; ${help}\n`)
  return EXIT.usage
}

function listOf(explanations: Explanations): string {
  const width = Math.max(...[...explanations.keys()].map((code) => code.length))
  return [...explanations]
    .map(([code, page]) => `${code.padEnd(width)}  ${(codeFacts(code)?.severity ?? 'error').padEnd(7)}  ${firstSentence(page)}\n`)
    .join('')
}
