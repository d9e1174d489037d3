import { chooseLanguage, parseAcceptLanguage, type AskedRequirement, type Question } from '@rekey/core'
import type { WireRequest } from '../../dialect/wire.js'
import type { Item } from './document.js'
import { codeOf } from './next-step.js'

/** Security questions in the language of the caller; the ids are those of the answers. */
export function questionItems({ questions = [] }: AskedRequirement, request: WireRequest): readonly Item[] {
  const wanted = parseAcceptLanguage(request.headers.get('accept-language')?.join(', '))
  return questions.map((question) => ({ type: 'secret-question', id: question.key, attributes: { question: textOf(question, wanted) } }))
}

/** Steps to pick from; the ids are those of the flow's file. */
export function optionItems({ options = [] }: AskedRequirement): readonly Item[] {
  return options.map((option) => ({ type: 'selection-option', id: option.step.id, attributes: { nextStep: codeOf(option) } }))
}

/** A person's own question has one text, under no language. */
function textOf({ text, id }: Question, wanted: readonly string[]): string {
  const languages = Object.keys(text)
  return text[''] ?? text[chooseLanguage(wanted, languages, 'en')] ?? text[languages[0] ?? ''] ?? id
}
