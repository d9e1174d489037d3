import type { JsonObject } from '@rekey/core'
import type { ImportedStep } from '../write-flow.js'
import { pointer, type Ledger } from '../ledger.js'
import { countIn, textsIn } from './values.js'

/** A stage of a process, and what is known beside it. */
export interface Stage {
  /** JSON pointer to it. */
  readonly at: string
  readonly config: JsonObject
  readonly ledger: Ledger
  /** Seconds for which a token of the vendor's lives. */
  readonly tokenSeconds: number | undefined
  /** How many questions `selfservice.kba.json` asks, where it was given. */
  readonly questionsAsked: number | undefined
  /** Whether an earlier stage proves something. */
  readonly proved: boolean
}

/** The step for a stage, with what a person still has to write into it; or why it has none. */
export type StageOutcome = (ImportedStep & { readonly missing?: string }) | { readonly unresolved: string }

/** The stages that there is a step for. */
export const STAGES: ReadonlyMap<string, (stage: Stage) => StageOutcome> = new Map([
  ['parameters', parameters],
  ['captcha', captcha],
  ['userQuery', userQuery],
  ['emailValidation', emailValidation],
  ['kbaSecurityAnswerVerificationStage', kba],
  ['resetStage', reset],
])

/** Stages of the vendor's that there is no step for, and what to do about each. */
export const UNRESOLVED: ReadonlyMap<string, string> = new Map([
  ['retrieveUsername', 'no step tells the user name at the end: tell it by mail, or bring a step by a plugin'],
  ['emailUsername', 'no step mails the user name; bring one by a plugin'],
  ['idmUserDetails', 'Rekey resets and changes credentials; it does not register people'],
  ['userDetails', 'Rekey resets and changes credentials; it does not register people'],
  ['selfRegistration', 'Rekey resets and changes credentials; it does not register people'],
  ['socialUserDetails', 'Rekey knows no social providers'],
  ['socialUserClaim', 'Rekey knows no social providers'],
  ['kbaSecurityAnswerDefinitionStage', 'no step lets people define their questions yet'],
  ['kbaUpdateStage', 'no step lets people define their questions yet'],
  ['termsAndConditions', 'no step asks for consent yet; bring one of the kind `consent` by a plugin'],
  ['consent', 'no step asks for consent yet; bring one of the kind `consent` by a plugin'],
  ['conditionaluser', 'write the nested stage as a step with `when`; its condition has to be translated by hand'],
  ['attributecollection', 'no step writes attributes of people'],
  ['patchObject', 'no step writes attributes of people'],
  ['localAutoLogin', 'to open a login session put `issueSession` behind a proof'],
  ['openAMAutoLogin', 'to open a login session put `issueSession` behind a proof; AM is not asked'],
  ['openAmAutoLogin', 'to open a login session put `issueSession` behind a proof; AM is not asked'],
])

const DIRECTORY = 'rekey.yaml, `directory`: which directory is asked, and by which names it knows its fields'

function parameters({ at, config, ledger }: Stage): StageOutcome {
  const names = textsIn(config['parameterNames'])
  const good =
    names !== undefined && names.length <= 16 && new Set(names).size === names.length && names.every((name) => PARAMETER.test(name))
  if (!good) return { unresolved: 'its `parameterNames` are not up to 16 different names of letters, digits, `_` and `-`' }
  carry(ledger, at, 'name', 'parameterNames')
  return { type: 'parameters', settings: { names } }
}

const CAPTCHA = 'rekey.yaml, `captcha.providers`: the provider called `default`'

/** Keys and address are those of an installation; the vendor's stage speaks to reCAPTCHA v2, or to what answers as it does. */
function captcha({ at, ledger }: Stage): StageOutcome {
  carry(ledger, at, 'name')
  leave(ledger, at, `${CAPTCHA}, its \`siteKey\``, 'recaptchaSiteKey')
  leave(ledger, at, `${CAPTCHA}, its \`secret\``, 'recaptchaSecretKey')
  leave(ledger, at, `${CAPTCHA}: \`vendor: recaptcha-v2\`, or \`siteverify\` with this \`url\``, 'recaptchaUri')
  return { type: 'captcha', notes: ['Served once `captcha.providers` of rekey.yaml has a provider called `default`.'] }
}

const PARAMETER = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/

const FIELDS: ReadonlyMap<string, string> = new Map([
  ['userName', 'userName'],
  ['mail', 'mail'],
  ['telephoneNumber', 'phone'],
  ['givenName', 'givenName'],
  ['sn', 'surname'],
])

function userQuery({ at, config, ledger }: Stage): StageOutcome {
  const wanted = config['validQueryFields']
  const fields = (Array.isArray(wanted) ? wanted : []).map((field) =>
    typeof field === 'string' ? FIELDS.get(field.replace(/^\//, '')) : undefined,
  )
  const known = [...new Set(fields.filter((field) => field !== undefined))]
  if (known.length === 0) return { unresolved: 'none of its `validQueryFields` is a field that people are found by here' }
  carry(ledger, at, 'name')
  ledger.explain(pointer(at, 'validQueryFields'), 'people are found by userName, mail, telephoneNumber, givenName and sn only')
  fields.forEach((field, index) => {
    if (field !== undefined) ledger.carry(pointer(pointer(at, 'validQueryFields'), index))
  })
  leave(
    ledger,
    at,
    DIRECTORY,
    'identityServiceUrl',
    'identityIdField',
    'identityEmailField',
    'identityUsernameField',
    'identityAccountStatusField',
  )
  return {
    type: 'userQuery',
    settings: { fields: known, states: ['active'] },
    notes: ['Locked and disabled people are treated like unknown ones, whether or not the process checked it.'],
  }
}

const MAIL = 'rekey.yaml, `mail`: how mail is sent, and from whom'
const TEXTS = 'the mail text `reset-code` in the folder of texts, by language'

function emailValidation({ at, config, ledger, tokenSeconds }: Stage): StageOutcome {
  carry(ledger, at, 'name')
  leave(ledger, at, MAIL, 'emailServiceUrl', 'emailServiceParameters', 'from')
  leave(ledger, at, TEXTS, 'subjectTranslations', 'messageTranslations', 'mimeType', 'verificationLinkToken')
  leave(ledger, at, 'nowhere: the vendor never reads it', 'subject')
  leave(ledger, at, DIRECTORY, 'identityEmailField')
  if (!('verificationLink' in config)) return mailedCode(tokenSeconds)
  leave(
    ledger,
    at,
    'flow file, `speaks: { forgerock: { link } }`: one address for each flow, beginning with http:// or https://',
    'verificationLink',
  )
  return mailedCode(tokenSeconds)
}

/** The vendor's code is a UUID, and lives as long as the token beside it; a code of ours lives a day at the most. */
function mailedCode(tokenSeconds: number | undefined): ImportedStep {
  return {
    type: 'emailValidation',
    settings: { code: 'uuid', ...(tokenSeconds !== undefined && { expires: `${Math.min(tokenSeconds, 86_400)}s` }) },
  }
}

function kba({ at, config, ledger, questionsAsked, proved }: Stage): StageOutcome {
  const own = countIn(config['numberOfQuestionsUserMustAnswer'], 10)
  const count = 'numberOfQuestionsUserMustAnswer' in config ? own : questionsAsked
  carry(ledger, at, 'name', ...(own === undefined ? [] : ['numberOfQuestionsUserMustAnswer']))
  leave(ledger, at, 'flow file, `ask` of `kba`: a number from 1 to 10', 'numberOfQuestionsUserMustAnswer')
  leave(ledger, at, 'rekey.yaml, `directory`: where the answers of people are kept', 'identityServiceUrl', 'kbaPropertyName')
  leave(ledger, at, 'the file of people, `directory.seed` of rekey.yaml: its `questions`, by language', 'kbaConfig', 'questions')
  return {
    type: 'kba',
    settings: { ask: count ?? 'HOW_MANY', ...(proved && { own: true }) },
    notes: proved ? [] : ['Questions that people wrote for themselves are not asked here: before other proof they would tell who exists.'],
    ...(count === undefined && {
      missing: 'how many questions are asked stands in selfservice.kba.json; import it together with this file, or write the number',
    }),
  }
}

function reset({ at, ledger }: Stage): StageOutcome {
  carry(ledger, at, 'name')
  leave(ledger, at, DIRECTORY, 'identityServiceUrl', 'identityPasswordField')
  return { type: 'reset' }
}

function carry(ledger: Ledger, at: string, ...names: readonly string[]): void {
  for (const name of names) ledger.carry(pointer(at, name))
}

function leave(ledger: Ledger, at: string, where: string, ...names: readonly string[]): void {
  for (const name of names) ledger.explain(pointer(at, name), where)
}
