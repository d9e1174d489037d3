import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { openEditor, type Editor } from './editor.js'

const GOOD = 'flow: reset\nsteps: [userQuery, emailValidation, reset]\n'
const UNPROVEN = 'flow: reset\nsteps: [userQuery, reset]\n'

let folder = ''
const editors: Editor[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-lsp-'))
})
afterEach(async () => {
  await Promise.all(editors.splice(0).map((editor) => editor.hangUp()))
})
afterAll(() => rm(folder, { recursive: true }))

interface House {
  readonly editor: Editor
  /** Absolute path of a file of the house. */
  readonly at: (name: string) => string
}

/** A folder with files, open in an editor. */
async function house(files: Record<string, string>, config = 'flows: flows\n'): Promise<House> {
  const cwd = await mkdtemp(join(folder, 'case-'))
  await mkdir(join(cwd, 'flows'))
  const at = (name: string): string => join(cwd, name)
  for (const [name, text] of Object.entries({ 'rekey.yaml': config, ...files })) await writeFile(at(name), text)
  const editor = await openEditor(cwd)
  editors.push(editor)
  return { editor, at }
}

const codes = ({ diagnostics }: { readonly diagnostics: readonly { readonly code?: unknown }[] }) => diagnostics.map(({ code }) => code)

test('an editor is told what is wrong with what it shows, not with what is on disk', async () => {
  const { editor, at } = await house({ 'flows/reset.yaml': GOOD })
  const path = at('flows/reset.yaml')
  editor.open(path, UNPROVEN)
  const broken = await editor.diagnostics(path, ({ version }) => version === 1)
  expect(broken.diagnostics).toMatchObject([
    {
      source: 'rekey',
      code: 'unproven-change',
      severity: 1,
      codeDescription: { href: pathToFileURL(new URL('../../../../docs/diagnostics/unproven-change.md', import.meta.url).pathname).href },
      range: { start: { line: 1 } },
    },
  ])
  editor.change(path, GOOD)
  expect((await editor.diagnostics(path, ({ version }) => version === 2)).diagnostics).toEqual([])
})

test('places count UTF-16 units, as editors do', async () => {
  const { editor, at } = await house({})
  const path = at('flows/reset.yaml')
  editor.open(path, 'flow: reset\r\ntitle: "🙂"\r\nsteps: [userQuery, emailValidation, reset] # 🙂\r\n"🙂": 1\r\n')
  const { diagnostics } = await editor.diagnostics(path, ({ version }) => version === 1)
  expect(diagnostics).toMatchObject([{ code: 'unknown-key', range: { start: { line: 3, character: 0 }, end: { line: 3, character: 4 } } }])
})

test('a repair is offered on its line, and mends the file', async () => {
  const { editor, at } = await house({})
  const path = at('flows/reset.yaml')
  const words = 'flow: reset # 🙂\nsteps:\n  -userQuery\n  -emailValidation\n  -reset\n'
  editor.open(path, words)
  expect(await editor.actions(path, 0)).toEqual([])
  const [action] = await editor.actions(path, 2)
  expect(action).toMatchObject({ kind: 'quickfix', diagnostics: [{ code: 'missing-space' }] })
  const edits = action?.edit?.changes?.[pathToFileURL(path).href] ?? []
  editor.change(path, TextDocument.applyEdits(TextDocument.create(path, 'yaml', 1, words), edits))
  expect(codes(await editor.diagnostics(path, ({ version }) => version === 2))).toEqual([])
})

test('clashes between files are told with the other place, also for files that are not open', async () => {
  const { editor, at } = await house({ 'flows/a.yaml': GOOD })
  editor.open(at('flows/b.yaml'), GOOD)
  const { diagnostics } = await editor.diagnostics(at('flows/b.yaml'), ({ diagnostics: found }) => found.length > 0)
  const place = {
    uri: pathToFileURL(at('flows/a.yaml')).href,
    range: { start: { line: 0, character: 6 }, end: { line: 0, character: 11 } },
  }
  expect(diagnostics).toMatchObject([{ code: 'duplicate-flow', relatedInformation: [{ location: place }] }])
  editor.close(at('flows/b.yaml'))
  expect((await editor.diagnostics(at('flows/b.yaml'), ({ diagnostics: found }) => found.length === 0)).diagnostics).toEqual([])
})

test('a file that is not open is told about, and cleared once it is mended on disk', async () => {
  const { editor, at } = await house({ 'flows/reset.yaml': UNPROVEN })
  const path = at('flows/reset.yaml')
  expect(codes(await editor.diagnostics(path, ({ diagnostics }) => diagnostics.length > 0))).toEqual(['unproven-change'])
  await writeFile(path, GOOD)
  editor.touched(path)
  expect(codes(await editor.diagnostics(path, ({ diagnostics }) => diagnostics.length === 0))).toEqual([])
})

test('the last of many quick changes is what counts', async () => {
  const { editor, at } = await house({})
  const path = at('flows/reset.yaml')
  editor.open(path, '')
  for (let end = 1; end <= UNPROVEN.length; end++) editor.change(path, UNPROVEN.slice(0, end))
  const last = await editor.diagnostics(path, ({ version }) => version === UNPROVEN.length + 1)
  expect(codes(last)).toEqual(['unproven-change'])
})

test('a file outside of the folder is checked by itself, and other YAML is left alone', async () => {
  const { editor, at } = await house({ 'flows/reset.yaml': GOOD })
  editor.open(at('compose.yaml'), 'services: {}\n')
  editor.open(at('elsewhere.yaml'), UNPROVEN)
  expect(codes(await editor.diagnostics(at('elsewhere.yaml'), ({ version }) => version === 1))).toEqual(['unproven-change'])
  editor.open(at('own.yaml'), GOOD)
  expect(codes(await editor.diagnostics(at('own.yaml'), ({ version }) => version === 1))).toEqual([])
  // Whatever was said of the other file would have come before.
  const silent = await Promise.race([
    editor.diagnostics(at('compose.yaml'), () => true),
    editor.hover(at('own.yaml'), 0, 0).then(() => 'nothing'),
  ])
  expect(silent).toBe('nothing')
})

test('secrets in clear are in nothing that is sent', async () => {
  const { editor, at } = await house({})
  const path = at('flows/reset.yaml')
  const words =
    'flow: reset\nsteps:\n  - trustedCaller: { secret: hunter2, tokne: hunter2 }\n  - userQuery\n  - emailValidation\n  - reset\n'
  editor.open(path, words)
  const published = await editor.diagnostics(path, ({ version }) => version === 1)
  expect(published.diagnostics.length).toBeGreaterThan(0)
  const hovers = await Promise.all([27, 30, 45].map((character) => editor.hover(path, 2, character)))
  const actions = await editor.actions(path, 2)
  expect(JSON.stringify([published, hovers, actions])).not.toContain('hunter2')
})

test('a broken configuration is told in its file, and flows are checked all the same', async () => {
  const { editor, at } = await house({ 'flows/reset.yaml': UNPROVEN }, 'flows: flows\nprot: 80\n')
  expect(codes(await editor.diagnostics(at('rekey.yaml'), () => true))).toEqual(['config-unknown-key'])
  expect(codes(await editor.diagnostics(at('flows/reset.yaml'), () => true))).toEqual(['unproven-change'])
  await writeFile(at('rekey.yaml'), 'flows: flows\n')
  editor.touched(at('rekey.yaml'))
  expect(codes(await editor.diagnostics(at('rekey.yaml'), ({ diagnostics }) => diagnostics.length === 0))).toEqual([])
})

test('steps of a plugin are known, and what the plugin prints does not disturb the protocol', async () => {
  const plugin = `console.log('a plugin talks')
export default {
  name: 'acme',
  steps: [{ type: 'acme/badge', version: 1, description: 'Shows a badge', settings: { color: { type: 'string', enum: ['red', 'blue'] } },
    answer: {}, required: [], inject: {}, prepare: () => ({ is: 'done' }) }],
}
`
  const { editor, at } = await house({ 'plugin.mjs': plugin }, 'flows: flows\nplugins: [./plugin.mjs]\n')
  const path = at('flows/reset.yaml')
  editor.open(path, 'flow: reset\nsteps:\n  - acme/badge: { color: bl }\n')
  const found = await editor.complete(path, 2, 27)
  expect(found.map(({ label }) => label)).toEqual(['red', 'blue'])
  expect((await editor.complete(path, 2, 4)).map(({ label }) => label)).toContain('acme/badge')
  editors.splice(editors.indexOf(editor), 1)
  expect(await editor.leave()).toEqual({ code: 0, beside: 'a plugin talks\n' })
})

test('a steady server answers what an editor asks', async () => {
  const { editor, at } = await house({ 'flows/more.yaml': 'fragment: more\nsteps: [totp]\n' })
  const path = at('flows/reset.yaml')
  editor.open(path, 'flow: reset\nsteps:\n  - userQuery\n  - include: ./more.yaml\n  - kba:\n      \n    onFail: userQuery\n')
  expect((await editor.complete(path, 5, 6)).map(({ label }) => label)).toContain('ask')
  expect((await editor.complete(path, 3, 13)).map(({ label }) => label)).toEqual(['./more.yaml'])
  expect(await editor.hover(path, 2, 6)).toMatchObject({
    contents: { kind: 'markdown', value: expect.stringContaining('userQuery') as string },
  })
  expect(await editor.definition(path, 3, 15)).toMatchObject({ uri: pathToFileURL(at('flows/more.yaml')).href })
  expect(await editor.definition(path, 6, 15)).toMatchObject({ range: { start: { line: 2, character: 4 } } })
  expect(await editor.hover(at('flows/unopened.yaml'), 0, 0)).toBeNull()
})

test('a document that is too large is reported, and not looked into', async () => {
  const { editor, at } = await house({})
  const path = at('flows/large.yaml')
  editor.open(path, `flow: large\n#${' '.repeat(128 * 1024)}\nste`)
  expect(codes(await editor.diagnostics(path, ({ version }) => version === 1))).toEqual(['file-too-large'])
  expect(await editor.complete(path, 2, 3)).toEqual([])
})

test('names of files that no path can hold do not end the server', async () => {
  const { editor, at } = await house({})
  editor.open('/%2f/a.yaml', GOOD)
  const odd = at('flows/mit leerzeichen ä#?.yaml')
  editor.open(odd, UNPROVEN)
  expect(codes(await editor.diagnostics(odd, ({ version }) => version === 1))).toEqual(['unproven-change'])
})

test('the server writes no file', async () => {
  const { editor, at } = await house({ 'flows/reset.yaml': GOOD })
  editor.open(at('flows/reset.yaml'), UNPROVEN)
  await editor.diagnostics(at('flows/reset.yaml'), ({ version }) => version === 1)
  expect((await readdir(at('.'), { recursive: true })).toSorted()).toEqual(['flows', 'flows/reset.yaml', 'rekey.yaml'])
})

test('a server whose editor is gone ends', async () => {
  const { editor } = await house({})
  editors.splice(editors.indexOf(editor), 1)
  expect(await editor.hangUp()).toBe(1)
})
