import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { capturedIo } from '../cli/captured-io.js'
import { CAPTCHA, EMAIL, KBA, processOf, QUESTIONS, RESET, USER_QUERY } from './processes.js'

let cwd = ''
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-import-'))
  await mkdir(join(cwd, 'flows'))
  const put = (name: string, config: object) => writeFile(join(cwd, name), JSON.stringify(config))
  await put('selfservice-reset.json', processOf(USER_QUERY, EMAIL, QUESTIONS, RESET))
  await put('selfservice-guarded.json', processOf(CAPTCHA, USER_QUERY, EMAIL, RESET))
  await put('selfservice.kba.json', KBA)
  await writeFile(join(cwd, 'rekey.yaml'), 'flows: ./flows\n')
})
afterEach(() => rm(cwd, { recursive: true }))

async function rekey(...argv: readonly string[]) {
  const io = capturedIo(cwd)
  const code = await run(['import', 'forgerock', ...argv], io)
  return { code, ...io.written }
}

describe('rekey import forgerock', () => {
  test('writes a flow that `rekey check` is content with, and tells what stayed behind, and where it belongs', async () => {
    const { code, out, err } = await rekey('selfservice-reset.json', 'selfservice.kba.json', '--out', 'flows')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.split('\n').slice(0, 5)).toEqual([
      `${join('flows', 'reset.yaml')} (from selfservice-reset.json)`,
      '  compiles',
      '  not carried over:',
      '    /stageConfigs/0/identityIdField = "_id"',
      '      rekey.yaml, `directory`: which directory is asked, and by which names it knows its fields',
    ])
    expect(out).toContain(
      '    /stageConfigs/1/messageTranslations/en = text of 81 characters\n      the mail text `reset-code` in the folder of texts, by language\n',
    )
    expect(out).toContain('selfservice.kba.json\n  not carried over:\n    /kbaPropertyName = "kbaInfo"\n')
    const io = capturedIo(cwd)
    expect(await run(['check'], io)).toBe(0)
    expect(io.written.out).toContain('POST /openidm/selfservice/reset?_action=submitRequirements')
  })

  test('without the number of questions writes a flow that does not compile, and fails', async () => {
    const { code, out } = await rekey('selfservice-reset.json')
    expect(code).toBe(1)
    expect(out).toContain(
      '  unresolved: kbaSecurityAnswerVerificationStage (/stageConfigs/2): how many questions are asked stands in selfservice.kba.json',
    )
    expect(out).toMatch(/ {2}does not compile yet:\n\nreset\.yaml:\d+:\d+ error\[bad-setting\]/)
    expect(await readFile(join(cwd, 'reset.yaml'), 'utf8')).toContain('ask: HOW_MANY')
  })

  test('hides what a captcha is guarded with', async () => {
    const { code, out } = await rekey('selfservice-guarded.json')
    expect(code).toBe(0)
    expect(out).toContain('asks the provider of captchas `default`, which is not configured')
    expect(out).toContain('/stageConfigs/0/recaptchaSecretKey = (hidden)\n')
    expect(`${out}${await readFile(join(cwd, 'guarded.yaml'), 'utf8')}`).not.toContain('shh-captcha')
  })

  test('leaves a file alone that is there already', async () => {
    await writeFile(join(cwd, 'reset.yaml'), 'mine')
    const { code, err } = await rekey('selfservice-reset.json')
    expect({ code, err }).toEqual({
      code: 1,
      err: 'rekey: `reset.yaml` is there already and was left alone: delete it, or say `--out FOLDER`\n',
    })
    expect(await readFile(join(cwd, 'reset.yaml'), 'utf8')).toBe('mine')
  })

  test.for([
    ['no file', [], 2, /missing required argument 'files'/],
    ['a file that is not there', ['selfservice-nothing.json'], 2, /^rekey: `selfservice-nothing.json`: cannot be read\n$/],
    ['questions alone', ['selfservice.kba.json'], 2, /alone makes no flow/],
    ['a good file and a wrong one', ['selfservice-reset.json', 'rekey.yaml'], 2, /^rekey: `rekey.yaml`: this is YAML/],
  ] as const)('given %s writes nothing', async ([, files, wanted, words]) => {
    const before = await readdir(cwd)
    const { code, err } = await rekey(...files)
    expect({ code, files: await readdir(cwd) }).toEqual({ code: wanted, files: before })
    expect(err).toMatch(words)
  })
})
