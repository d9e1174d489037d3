import { chooseLanguage } from './languages.js'

/** A text for people by language; one that is the same for all stands under the empty language. */
export interface Texts {
  readonly [language: string]: string
}

/** The text in the language that is wanted most, else in English, else the first one. */
export function textIn(texts: Texts, languages: readonly string[] = []): string {
  const all = texts['']
  if (all !== undefined) return all
  const available = Object.keys(texts)
  return texts[chooseLanguage(languages, available, 'en')] ?? texts[available[0] ?? ''] ?? ''
}
