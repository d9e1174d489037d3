import type { Diagnostic } from '../../src/index.js'
import type { Finding } from './finding.js'

/** The codes that the oracle judges. */
export const JUDGED: readonly string[] = [
  'bad-jump',
  'caller-not-first',
  'condition-always-false',
  'condition-always-true',
  'endless-conversation',
  'jump-over-change',
  'named-twice',
  'needs-principal',
  'questions-alone',
  'questions-first',
  'same-channel',
  'session-alone',
  'unproven-change',
  'unreachable-step',
  'unwritten-fact',
  'visible-branch-before-proof',
  'weak-proof',
]

/** What was reported, in the form in which it is expected: the code, what it is about, and the path that is shown. */
export function reported({ code, message, related = [], file, span }: Diagnostic): string {
  const [first = '', second = ''] = [...message.matchAll(/`([\w./]+)`/g)].map(([, name = '']) => name)
  const shown = (pattern: RegExp, text = message): string => {
    const path = pattern.exec(text)?.[1]
    return path === undefined ? '' : ` ${path}`
  }
  const noted = (words: string): string | undefined => related.map((place) => place.message).find((text) => text.startsWith(words))
  switch (code) {
    case 'unproven-change':
    case 'session-alone':
    case 'weak-proof':
      return `${code}${shown(/the path (.*) (?:proves|vouches)/)}`
    case 'same-channel':
      return `${code}${shown(/not earned by (.*)$/, noted('the change that'))}`
    case 'needs-principal':
      return message.startsWith('the condition') ? `${code} condition ${first}` : `${code} ${first}${shown(/the path (.*) names none/)}`
    case 'unwritten-fact': {
      const subject = message.startsWith('the condition') ? `condition ${first} ${second}` : `${first} ${second}`
      return `${code} ${subject}${message.includes('not every path') ? ' somewhere' : shown(/which the path (.*) does not write/)}`
    }
    case 'questions-alone':
      return `${code} ${first} ${second}${shown(/the change by (.*)$/, noted('the change'))}`
    case 'condition-always-true':
      return `${code} ${file.path}#${ownerOf(file.text, span.start)} ${message.includes('on every path') ? 'here' : 'anywhere'}`
    case 'bad-jump':
      return `${code} ${file.path}#${ownerOf(file.text, span.start)}`
    case 'unreachable-step':
      return `${code} ${/`([\w.]+)`(?::|$)/.exec(message)?.[1]}`
    case 'condition-always-false':
      return `${code} ${/so that `([\w.]+)`/.exec(message)?.[1]}`
    case 'endless-conversation':
      return message.startsWith('when no option')
        ? `${code} ${first}`
        : `${code} ${first} ${second}${shown(/, and (.*) asks nobody anything/)}`
    case 'jump-over-change':
      return `${code} ${first} ${second}`
    case 'bad-condition':
    case 'condition-type':
    case 'condition-not-allowed':
    case 'unguarded-attribute':
      return `${code} ${message}`
    default:
      return `${code} ${first}${shown(/on the path (.*)$/)}`
  }
}

/** Modifiers stand on lines of their own, right behind that of the id. */
function ownerOf(text: string, at: number): string {
  return /.*\bid: (\w+)(?:\n(?! *-).*)*$/.exec(text.slice(0, at))?.[1] ?? ''
}

/** What is found on both sides under one name each: of the forms in which a thing may be reported, the one it was reported in is as good. */
export function matched(
  found: readonly string[],
  wanted: readonly Finding[],
): { readonly found: readonly string[]; readonly wanted: readonly string[] } {
  const open = [...wanted]
  const named = found.map((one) => {
    const index = open.findIndex(({ any }) => any.includes(one))
    const [taken] = index === -1 ? [] : open.splice(index, 1)
    return taken ? nameOf(taken) : one
  })
  const left = wanted.filter((one) => one.maybe !== true || !open.includes(one))
  return { found: named.toSorted(), wanted: left.map(nameOf).toSorted() }
}

function nameOf({ any }: Finding): string {
  return any.toSorted()[0] ?? ''
}
