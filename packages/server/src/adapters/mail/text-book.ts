import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chooseLanguage } from '@rekey/core'
import type { Message, Secret } from '@rekey/core'
import { compileTemplate } from './templates.js'
import type { CompiledTemplate, TemplateValues } from './templates.js'
import { TextFileError, readTextFile, type TextPart } from './text-file.js'

/** What a reader gets to see. */
export interface RenderedText {
  readonly language: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** A text message as its reader gets to see it. */
export interface RenderedSms {
  readonly language: string
  readonly text: string
}

/** What is known only when a message is sent. */
export interface Sending {
  readonly code?: Secret | undefined
  readonly link?: string | undefined
  /** When somebody asked for it, in seconds since the epoch, and from which network address where that is told. */
  readonly asked?: { readonly at: number; readonly from?: string } | undefined
  /** Languages of the reader in order of preference. */
  readonly languages: readonly string[]
}

/** The texts of messages, by template and language: read, checked and compiled once at start. */
export class TextBook {
  readonly #texts: ReadonlyMap<string, ReadonlyMap<string, CompiledText>>
  readonly #frame: CompiledTemplate | undefined
  readonly #fallback: string

  private constructor(
    texts: ReadonlyMap<string, ReadonlyMap<string, CompiledText>>,
    frame: CompiledTemplate | undefined,
    fallback: string,
  ) {
    this.#texts = texts
    this.#frame = frame
    this.#fallback = fallback
  }

  /**
   * Reads `<template>.<language>.yaml` and `frame.liquid`, the page around every HTML part, from the folders.
   * @param folders a text of a later folder takes the place of the same text of an earlier one.
   * @param fallback the language every template must have, for readers who want none of the others.
   * @throws TextFileError for a text that cannot be read, puts the code into its subject, differs from its translations in the values
   * it reads, or is missing in the fallback language.
   */
  static async load(folders: readonly string[], fallback = 'en'): Promise<TextBook> {
    const texts = new Map<string, Map<string, CompiledText>>()
    let frame: CompiledTemplate | undefined
    for (const folder of folders) {
      for (const name of (await readdir(folder)).toSorted()) {
        const path = join(folder, name)
        if (name === FRAME_FILE) frame = compilePart(path, 'html', await readFile(path, 'utf8'))
        if (!name.endsWith('.yaml')) continue
        const [, template, language] = TEXT_FILE.exec(name) ?? []
        if (template === undefined || language === undefined) throw new TextFileError(`${path}: a text is named <template>.<language>.yaml`)
        const translations = texts.get(template) ?? new Map<string, CompiledText>()
        texts.set(template, translations.set(language, compileText(path, language, await readFile(path, 'utf8'))))
      }
    }
    for (const [template, translations] of texts) checkTranslations(template, translations, fallback)
    return new TextBook(texts, frame, fallback)
  }

  /** Names of the templates, sorted. */
  get templates(): readonly string[] {
    return [...this.#texts.keys()].toSorted()
  }

  /**
   * Fills in a mail in the language the reader likes best.
   * @throws when there is no such template of a mail, or it prints a value that the message does not carry.
   */
  render(message: Pick<Message, 'template' | 'values'>, sending: Sending): RenderedText {
    const { language, text } = this.#choose(message.template, sending)
    if (text.is !== 'mail') throw new TypeError(`the text \`${message.template}\` is that of a text message, and no mail`)
    const values = valuesOf(message.values, sending, text)
    const subject = text.subject.fill(values).replace(/\s+/g, ' ').trim()
    const body = text.html.fill(values)
    const html = this.#frame?.fill(withoutPrototype({ language: language.replaceAll('_', '-'), subject, body })) ?? body
    return { language, subject, text: text.text.fill(values), html }
  }

  /**
   * Fills in a text message in the language the reader likes best.
   * @throws when there is no such template of a text message, or it prints a value that the message does not carry.
   */
  renderSms(message: Pick<Message, 'template' | 'values'>, sending: Sending): RenderedSms {
    const { language, text } = this.#choose(message.template, sending)
    if (text.is !== 'sms') throw new TypeError(`the text \`${message.template}\` is that of a mail, and no text message`)
    return { language, text: text.text.fill(valuesOf(message.values, sending, text)).trim() }
  }

  #choose(template: string, { languages }: Sending): { readonly language: string; readonly text: CompiledText } {
    const translations = this.#texts.get(template)
    const language = chooseLanguage(languages, [...(translations?.keys() ?? [])], this.#fallback)
    const text = translations?.get(language)
    if (text === undefined) throw new TypeError(`there is no text \`${template}\``)
    return { language, text }
  }
}

type CompiledText = Written & CompiledParts

type CompiledParts =
  | { readonly is: 'mail'; readonly subject: CompiledTemplate; readonly text: CompiledTemplate; readonly html: CompiledTemplate }
  | { readonly is: 'sms'; readonly text: CompiledTemplate }

interface Written {
  readonly path: string
  /** Writes times in the language of the text; absent where it tells none. To make one costs more than all the rest of a mail. */
  readonly times?: Intl.DateTimeFormat
}

const FRAME_FILE = 'frame.liquid'
const TEXT_FILE = /^([a-z][a-z0-9-]*)\.([a-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*)\.yaml$/
const SECRETS = ['code', 'link']
/** Of every message, whatever its step says; empty where nobody knows or nobody is to be told, so that a text can print them bare. */
const OF_ALL: readonly string[] = ['askedAt', 'askedFrom']

function compileText(path: string, language: string, source: string): CompiledText {
  const found = readTextFile(path, source)
  const compiled = found.is === 'sms' ? compileSms(path, found.text) : compileMail(path, found.parts)
  return { path, ...compiled, ...(readsOf(compiled).includes('askedAt') && { times: timesIn(language) }) }
}

function compileSms(path: string, text: string): CompiledParts {
  return { is: 'sms', text: compilePart(`${path} (text)`, 'plain', text) }
}

function compileMail(path: string, parts: Readonly<Record<TextPart, string>>): CompiledParts {
  const subject = compilePart(`${path} (subject)`, 'plain', parts.subject)
  // A subject shows on locked screens and in lists; whoever looks over a shoulder must not read the code there.
  const secret = subject.reads.find((name) => SECRETS.includes(name))
  if (secret !== undefined) throw new TextFileError(`${path} (subject): the ${secret} must not stand in the subject`)
  const text = compilePart(`${path} (text)`, 'plain', parts.text)
  return { is: 'mail', subject, text, html: compilePart(`${path} (html)`, 'html', parts.html) }
}

function compilePart(place: string, kind: 'plain' | 'html', source: string): CompiledTemplate {
  try {
    return compileTemplate(kind, source)
  } catch (cause) {
    throw new TextFileError(`${place}: ${cause instanceof Error ? cause.message : 'not a template'}`, { cause })
  }
}

function checkTranslations(template: string, translations: ReadonlyMap<string, CompiledText>, fallback: string): void {
  const pattern = translations.get(fallback)
  if (pattern === undefined) throw new TextFileError(`the text \`${template}\` is missing in \`${fallback}\``)
  for (const text of translations.values()) {
    if (text.is !== pattern.is) throw new TextFileError(`${text.path}: is a ${KINDS[text.is]}, and ${pattern.path} a ${KINDS[pattern.is]}`)
    const stray = readsOf(text).find((name) => !OF_ALL.includes(name) && !readsOf(pattern).includes(name))
    if (stray !== undefined) throw new TextFileError(`${text.path}: reads \`${stray}\`, which ${pattern.path} does not`)
  }
}

const NOT_TOLD: TemplateValues = Object.fromEntries(OF_ALL.map((name) => [name, '']))

const KINDS = { mail: 'mail', sms: 'text message' } as const

function readsOf(text: CompiledParts): readonly string[] {
  return (text.is === 'sms' ? [text.text] : [text.subject, text.text, text.html]).flatMap(({ reads }) => reads)
}

function valuesOf(given: TemplateValues, { code, link, asked }: Sending, { times }: Written): TemplateValues {
  return withoutPrototype({
    ...NOT_TOLD,
    ...given,
    ...(code && { code: code.reveal() }),
    ...(link !== undefined && { link }),
    ...(asked && times && { askedAt: times.format(asked.at * 1_000) }),
    ...(asked?.from !== undefined && { askedFrom: asked.from }),
  })
}

/** The language itself, else without what Intl does not know of it (`de-sie`, `no-NO-NY`); English where it knows nothing of it. */
function localeOf(language: string): string {
  const parts = language.split(/[-_]/)
  const shorter = parts.map((_, index) => parts.slice(0, parts.length - index).join('-'))
  return shorter.find(isKnown) ?? 'en'
}

function isKnown(locale: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale).length > 0
  } catch {
    return false // ill-formed
  }
}

/** Days and times that the reader can compare with any clock: `November 22, 2026 at 8:14 AM UTC`. */
function timesIn(language: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(localeOf(language), {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZone: 'UTC',
    timeZoneName: 'short',
  })
}

function withoutPrototype(values: TemplateValues): TemplateValues {
  return Object.assign(Object.create(null), values)
}
