import type { JsonObject, QueryAnswers } from '@rekey/core'

type Flows = QueryAnswers['flows']

/** Features that the pages know, by the process behind them. Source: IDM, `info/features`, and the pages that read it. */
const FEATURES = [
  { name: 'passwordReset', flag: 'passwordReset', as: 'reset' },
  { name: 'retrieveUsername', flag: 'forgotUsername', as: 'username' },
  { name: 'registration', flag: 'selfRegistration', as: 'registration' },
] as const

/** The features list: the three the pages know, on or off, then every other process under its own name. */
export function featuresDocument(flows: Flows): JsonObject {
  const served = new Set(flows.map((flow) => flow.as))
  const known = FEATURES.map(({ name, as }) => feature(name, as, served.has(as)))
  const others = flows.filter(({ as }) => FEATURES.every((one) => one.as !== as)).map(({ as }) => feature(as, as, true))
  return { result: [...known, ...others] }
}

function feature(name: string, as: string, enabled: boolean): JsonObject {
  return { name, enabled, endpoints: [`selfservice/${as}`] }
}

/** The switches that the pages read when they open. */
export function uiConfiguration(flows: Flows): JsonObject {
  const served = new Set(flows.map((flow) => flow.as))
  return {
    configuration: {
      lang: 'en',
      ...Object.fromEntries(FEATURES.map(({ flag, as }) => [flag, served.has(as)])),
    },
  }
}
