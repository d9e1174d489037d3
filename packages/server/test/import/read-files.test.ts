import { expect, test } from 'vitest'
import { readVendorFile } from '../../src/import/forgerock/read-files.js'
import { KBA, processOf, RESET } from './processes.js'

const whole = JSON.stringify(processOf(RESET))

test.for([
  [
    'YAML',
    'reset.yaml',
    'flow: reset',
    'this is YAML; a process of ForgeRock IDM is JSON, `selfservice-<name>.json`. `rekey check` reads flow files',
  ],
  ['nothing', 'selfservice-reset.json', '', 'the file is empty'],
  [
    'a comment',
    'selfservice-reset.json',
    '{ // stages\n}',
    'the file is no JSON: no comments, no comma at the end of a list, double quotes only',
  ],
  ['two documents', 'selfservice-reset.json', '{} {}', 'something stands behind the JSON document'],
  ['a list', 'selfservice-reset.json', '[]', 'a process is a JSON object with `stageConfigs`'],
  [
    'no stages',
    'selfservice-reset.json',
    '{"stageConfigs":[]}',
    '`stageConfigs` is a list of at least one stage, each an object with `name`',
  ],
  [
    'stages that are none',
    'selfservice-reset.json',
    '{"stageConfigs":["userQuery"]}',
    '`stageConfigs` is a list of at least one stage, each an object with `name`',
  ],
  ['a slip', 'selfservice-reset.json', '{"stageConfig":[]}', 'there is no `stageConfigs`; did you mean it by `stageConfig`?'],
  ['an empty object', 'selfservice-reset.json', '{}', 'there are no `stageConfigs` in it'],
  ['no file of the vendor', 'package.json', '{"private":true}', 'a process is a file `selfservice-<name>.json` with `stageConfigs`'],
  [
    'terms',
    'selfservice.terms.json',
    '{"versions":[],"active":"1"}',
    'these are terms and conditions (`selfservice.terms.json`), no process',
  ],
  [
    'questions under another name',
    'kba.json',
    JSON.stringify(KBA),
    'these are security questions: call the file `selfservice.kba.json` and import it together with a process',
  ],
  [
    'managed objects',
    'managed.json',
    '{"objects":[]}',
    'these are the managed objects (`managed.json`), no process; people live in the directory of rekey.yaml',
  ],
  [
    'another name',
    'reset.json',
    whole,
    'the name of the file names the process: call it `selfservice-<name>.json`, such as `selfservice-reset.json`',
  ],
  [
    'a name that leads elsewhere',
    'selfservice-..%2fx.json',
    whole,
    'the name of the file names the process: call it `selfservice-<name>.json`, such as `selfservice-reset.json`',
  ],
  ['a number as name', 'selfservice-1.json', whole, 'the id of a flow needs a letter: rename the file'],
] as const)('%s is refused in words that help', ([, name, text, why]) => {
  expect(readVendorFile(name, text)).toEqual({ is: 'refused', why })
})

test('a process is read, with or without a mark of byte order', () => {
  for (const text of [whole, `\ufeff${whole}`])
    expect(readVendorFile('selfservice-reset.json', text)).toMatchObject({ is: 'process', name: 'reset' })
})
