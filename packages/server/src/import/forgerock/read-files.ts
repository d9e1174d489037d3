import { isJsonObject, nearName, type JsonObject } from '@rekey/core'
import { readJson } from '../../dialect/json.js'

/** What a file of the vendor's holds. */
export type VendorFile =
  | { readonly is: 'process'; readonly name: string; readonly config: JsonObject }
  | { readonly is: 'questions'; readonly config: JsonObject }
  | { readonly is: 'refused'; readonly why: string }

/** Reads a file by its name and its content. What is none of ours to import says what it is. */
export function readVendorFile(fileName: string, text: string): VendorFile {
  const refused = (why: string): VendorFile => ({ is: 'refused', why })
  if (/\.ya?ml$/.test(fileName))
    return refused('this is YAML; a process of ForgeRock IDM is JSON, `selfservice-<name>.json`. `rekey check` reads flow files')
  const read = readJson(text.startsWith('\ufeff') ? text.slice(1) : text)
  if (read.is === 'fault') return refused(JSON_FAULTS[read.why])
  const config = read.value
  if (!isJsonObject(config)) return refused('a process is a JSON object with `stageConfigs`')
  if (fileName === 'selfservice.kba.json') return { is: 'questions', config }
  const stages = config['stageConfigs']
  if (stages === undefined) return refused(whatElse(fileName, config))
  if (!Array.isArray(stages) || stages.length === 0 || !stages.every((stage) => isJsonObject(stage)))
    return refused('`stageConfigs` is a list of at least one stage, each an object with `name`')
  const name = /^selfservice-(?<name>[A-Za-z0-9][A-Za-z0-9_-]{0,63})\.json$/.exec(fileName)?.groups?.['name']
  if (name === undefined)
    return refused('the name of the file names the process: call it `selfservice-<name>.json`, such as `selfservice-reset.json`')
  if (!/[A-Za-z]/.test(name)) return refused('the id of a flow needs a letter: rename the file')
  return { is: 'process', name, config }
}

const JSON_FAULTS = {
  empty: 'the file is empty',
  'not-json': 'the file is no JSON: no comments, no comma at the end of a list, double quotes only',
  trailing: 'something stands behind the JSON document',
  'too-deep': 'the JSON nests deeper than 32 levels',
  'too-many': 'the JSON holds more than 1000 members',
} as const

/** Other files of the vendor's, by a member that they have. */
const OTHERS: readonly (readonly [member: string, what: string])[] = [
  ['termsTranslations', 'these are terms and conditions (`selfservice.terms.json`), no process'],
  ['versions', 'these are terms and conditions (`selfservice.terms.json`), no process'],
  ['kbaPropertyName', 'these are security questions: call the file `selfservice.kba.json` and import it together with a process'],
  [
    'configuration',
    'these are settings of the pages (`ui-configuration.json`), no process; which flows are served is `speaks` of each flow',
  ],
  ['objects', 'these are the managed objects (`managed.json`), no process; people live in the directory of rekey.yaml'],
  ['forgottenPassword', 'this is a configuration of AM, whose processes are written in another form; take `selfservice-reset.json` of IDM'],
  ['flow', 'this looks like a flow of Rekey already: `rekey check` reads it'],
]

function whatElse(fileName: string, config: JsonObject): string {
  const found = OTHERS.find(([member]) => member in config)
  if (found) return found[1]
  const near = nearName('stageConfigs', Object.keys(config))
  if (near !== undefined) return `there is no \`stageConfigs\`; did you mean it by \`${near}\`?`
  return fileName.startsWith('selfservice')
    ? 'there are no `stageConfigs` in it'
    : 'a process is a file `selfservice-<name>.json` with `stageConfigs`'
}
