import { readFile } from 'node:fs/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { sourceFolder, type SourceFolder } from './compiled.js'
import { flowOf, moduleOf, shippedFlows } from './modules.js'

const open: SourceFolder[] = []
afterEach(async () => {
  for (const folder of open.splice(0)) await folder.remove()
})

async function folderOf(files: Readonly<Record<string, string>>): Promise<SourceFolder> {
  const folder = await sourceFolder(files)
  open.push(folder)
  return folder
}

const EXAMPLE = new URL('../../../../examples/typed-client/', import.meta.url)
const exampleFlow = async (id: string) => flowOf(await readFile(new URL(`flows/${id}.yaml`, EXAMPLE), 'utf8'))

describe('modules', () => {
  test('of all flows that ship compile under the strictest options, without any library, and have their shape already', async () => {
    const flows = await shippedFlows()
    const folder = await folderOf(Object.fromEntries(flows.map((flow) => [`${flow.id}.ts`, moduleOf(flow)])))
    expect(flows.length).toBeGreaterThan(10)
    expect(await folder.compile()).toBe('')
    expect(await folder.misshapen()).toBe('')
  })

  test('refuse calls at the wrong step, answers of the wrong shape, and a switch with an arm left out', async () => {
    const folder = await folderOf({
      'reset-by-either.ts': moduleOf(await exampleFlow('reset-by-either')),
      'wrong-calls.ts': await readFile(new URL('wrong-calls.txt', import.meta.url), 'utf8'),
    })
    expect(await folder.compile()).toBe('')
  })

  test('make a page that is behind its flow fail to compile', async () => {
    const walk = await readFile(new URL('src/walk.ts', EXAMPLE), 'utf8')
    const yaml = await readFile(new URL('flows/reset.yaml', EXAMPLE), 'utf8')
    const before = await folderOf({ 'walk.ts': walk, 'reset.ts': moduleOf(flowOf(yaml)) })
    expect(await before.compile()).toBe('')
    const after = await folderOf({ 'walk.ts': walk, 'reset.ts': moduleOf(flowOf(yaml.replace('  - reset\n', '  - kba\n  - reset\n'))) })
    expect(await after.compile()).toMatch(
      /^walk\.ts\(\d+,\d+\): error TS1360: Type 'KbaState' does not satisfy the expected type 'never'\.$/m,
    )
  })

  test('of a flow with hostile words compile to nothing but what they are', async () => {
    const hostile = '*/ export const owned: string = 1 /* @ts-nocheck \u2028 export const owned: string = 1 //'
    const flow = flowOf('flow: calm\nsteps: [userQuery, emailValidation, reset]\n')
    const words = { '': hostile }
    const text = moduleOf({ ...flow, title: words, description: words, stepTitles: new Map([['userQuery', words]]) })
    const folder = await folderOf({
      'calm.ts': text,
      'owner.ts': "// @ts-expect-error nothing of that name came about\nexport { owned } from './calm.ts'\n",
    })
    expect(await folder.compile()).toBe('')
  })
})

test('the committed modules of the example are those of its flows', async () => {
  for (const id of ['reset', 'reset-by-either']) {
    expect(await readFile(new URL(`src/${id}.ts`, EXAMPLE), 'utf8')).toBe(moduleOf(await exampleFlow(id)))
  }
})
