import type { Judge } from '../../openapi/judge.js'
import { valuesOf, type Answer, type Call } from '../call.js'
import type { Draft } from './draft.js'
import type { Outcome } from './raw-client.js'

/** Everything that is wrong with what came of a request, whatever was asked. @param isRoute whether it names a route: what the documents say is about nothing else. */
export function faultsOf(draft: Draft, outcome: Outcome, judges: readonly Judge[], isRoute: boolean): readonly string[] {
  switch (outcome.is) {
    case 'hang':
      return ['no answer']
    case 'closed':
      // What is no HTTP may be hung up on; whoever sent a good request is told something.
      return draft.wild ? [] : ['the connection was closed without an answer']
    case 'answer':
      return [...formFaults(draft, outcome.answer), ...(draft.wild || !isRoute ? [] : schemaFaults(draft, outcome.answer, judges))]
  }
}

function formFaults(draft: Draft, answer: Answer): readonly string[] {
  const { status, text } = answer
  const [type = '', another] = valuesOf(answer, 'content-type')
  const hasBody = draft.method !== 'HEAD' && text !== ''
  const isPage = type.startsWith('text/html')
  const rules: readonly (readonly [string, boolean])[] = [
    [`the status ${status}`, status < 200 || status >= 500],
    ['two content types', another !== undefined],
    ['no JSON', hasBody && /^application\/(?:[a-z.+-]+\+)?json/.test(type) && !parses(text)],
    [`a body of the type ${type}`, hasBody && !/^(?:application\/(?:[a-z.+-]+\+)?json|text\/html|text\/plain; version=0)/.test(type)],
    ['HTML', isPage ? !PAGES.test(draft.target) && !(status === 404 && STRAY.test(text)) : /<html|<!doctype|<pre>/i.test(text)],
    ['a cache may keep it', !valuesOf(answer, 'cache-control').join().includes('no-store')],
    ['its type may be guessed', valuesOf(answer, 'x-content-type-options').join() !== 'nosniff'],
    ['a stack, or what we are made of', INSIDES.test(text)],
    ['a secret', /canary-/i.test(text)],
    ['a header that was smuggled in', valuesOf(answer, 'set-cookie').some((cookie) => cookie.startsWith('a=b'))],
    ['a powered-by', valuesOf(answer, 'x-powered-by').length + valuesOf(answer, 'server').length > 0],
  ]
  return rules.filter(([, broken]) => broken).map(([name]) => `${name}: ${status} ${text.slice(0, 300)}`)
}

/** The approval page, the pages of development, and what Centrify, like its vendor, says below its prefixes to an address that it lacks. */
const PAGES = /approve|\/dev\b/i
const STRAY = /^<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Not found<\/title>|^$/
const INSIDES =
  /\n\s+at |node_modules|node:internal|\.(?:ts|js|mjs):\d|\bioredis\b|\bkoa\b|\bajv\b|\btsyringe\b|TypeError|RangeError|ECONN|SQLITE|ReplyError/i

function schemaFaults(draft: Draft, answer: Answer, judges: readonly Judge[]): readonly string[] {
  const call: Call = { method: draft.method, target: draft.target }
  // What the edge answers before any dialect is asked is the edge's own.
  const type = valuesOf(answer, 'content-type').join()
  if (type.startsWith('application/problem+json')) return []
  // Told already.
  if (type.includes('json') && answer.text !== '' && !parses(answer.text)) return []
  return judges.filter((judge) => judge.operationOf(call) !== undefined).flatMap((judge) => judge.liesOfAnswer({ call, answer }))
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
