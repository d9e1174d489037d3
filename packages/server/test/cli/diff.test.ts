import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtInSteps } from '@rekey/steps'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SETTING_ORDERS } from '../../src/cli/diff/setting-orders.js'
import { run } from '../../src/cli/run.js'
import { capturedIo } from './captured-io.js'

const STRICT = 'flow: reset\nsteps:\n  - userQuery\n  - emailValidation\n  - kba: { ask: 3 }\n  - reset\n'
const LAX = STRICT.replace('  - kba: { ask: 3 }\n', '')
const TITLED = STRICT.replace('steps:', 'title: Reset\nsteps:')
const MOVED = STRICT.replace('steps:', 'speaks:\n  forgerock: { as: moved }\n  airlock:\nsteps:')
const DOCS = await readFile(new URL('../../../../docs/diff.md', import.meta.url), 'utf8')

let cwd = ''
const write = async (path: string, text: string) => {
  await mkdir(join(cwd, path, '..'), { recursive: true })
  await writeFile(join(cwd, path), text)
}
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], { cwd, stdio: 'pipe' })

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rekey-diff-'))
  await write('rekey.yaml', 'flows: ./flows\n')
  await write('strict.yaml', STRICT)
  await write('lax.yaml', LAX)
  await write('titled.yaml', TITLED)
  await write('moved.yaml', MOVED)
  await write('broken.yaml', 'flow: reset\nsteps:\n  - userQuery\n  - reset\n')
  await write('with.yaml', 'flow: reset\nsteps:\n  - userQuery\n  - include: ./shared/confirm.yaml\n  - reset\n')
  await write('shared/confirm.yaml', 'fragment: confirm\nsteps:\n  - emailValidation\n  - kba: { ask: 3 }\n')
  await write('flows/reset.yaml', STRICT)
  await write('flows/inner/gone.yaml', LAX.replace('flow: reset', 'flow: gone'))
  await write('flows/reset.test.yaml', 'no flow: at all\n')
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-q', '-m', 'before')
  await write('flows/reset.yaml', LAX)
  await rm(join(cwd, 'flows/inner'), { recursive: true })
})
afterAll(() => rm(cwd, { recursive: true }))

async function rekey(...argv: readonly string[]) {
  const io = capturedIo(cwd)
  const code = await run(['diff', ...argv], io)
  return { code, ...io.written }
}

describe('two files', () => {
  test('that do the same are no difference', async () => {
    expect(await rekey('strict.yaml', 'strict.yaml')).toEqual({ code: 0, out: 'no differences: the flows do the same\n', err: '' })
  })

  test('of which the new one takes less fail', async () => {
    const { code, out } = await rekey('strict.yaml', 'lax.yaml')
    expect(code).toBe(1)
    expect(out).toContain('  danger    the password can be changed with less: `emailValidation` (email)\n')
    expect((await rekey('lax.yaml', 'strict.yaml')).code).toBe(0)
  })

  test.for([
    ['lax.yaml', 'never', 0],
    ['moved.yaml', 'danger', 0],
    ['moved.yaml', 'breaking', 1],
    ['titled.yaml', 'breaking', 0],
    ['titled.yaml', 'change', 1],
    ['titled.yaml', 'note', 1],
    ['strict.yaml', 'note', 0],
  ] as const)('%s fails on %s: %i', async ([now, failOn, code]) => {
    expect((await rekey('strict.yaml', now, '--fail-on', failOn)).code).toBe(code)
  })

  test('find the fragments that they include in their folder', async () => {
    const { code, out, err } = await rekey('strict.yaml', 'with.yaml')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('2 steps are called otherwise: `emailValidation` -> `confirm.emailValidation`, `kba` -> `confirm.kba`')
  })

  test('of which one does not compile are not compared', async () => {
    const { code, out, err } = await rekey('strict.yaml', 'broken.yaml')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^rekey: the new files do not compile\nbroken\.yaml:4:5 error\[unproven-change\]/)
  })

  test('of which one is not there are a slip', async () => {
    const { code, err } = await rekey('strict.yaml', 'none.yaml')
    expect(code).toBe(2)
    expect(err).toMatch(/^rekey: `.*none\.yaml` cannot be read\n$/)
  })

  test.for([
    ['none', []],
    ['one', ['strict.yaml']],
    ['three', ['strict.yaml', 'lax.yaml', 'titled.yaml']],
  ] as const)('are two: %s teaches that', async ([, paths]) => {
    const { code, err } = await rekey(...paths)
    expect({ code, teaches: err.includes('`rekey diff OLD NEW`') }).toEqual({ code: 2, teaches: true })
  })
})

describe('a format', () => {
  test('of programs has every finding with its place', async () => {
    const { out } = await rekey('strict.yaml', 'titled.yaml', '--format', 'json')
    expect(JSON.parse(out)).toEqual([
      {
        flow: 'reset',
        file: 'titled.yaml',
        findings: [
          {
            severity: 'change',
            about: 'text',
            message: 'the title changed',
            details: ['none -> "Reset"'],
            file: 'titled.yaml',
            line: 1,
            column: 7,
          },
        ],
      },
    ])
  })

  test('of GitHub has a workflow command for each finding', async () => {
    const { out } = await rekey('strict.yaml', 'lax.yaml', '--format', 'github')
    expect(out.split('\n')[0]).toBe(
      '::error file=lax.yaml,line=5,title=danger%3A reset::the password can be changed with less: `emailValidation` (email)' +
        '%0Aby `userQuery` -> `emailValidation` -> `reset`%0Abefore: `emailValidation` (email) and `kba` (questions)',
    )
    expect(
      out
        .trim()
        .split('\n')
        .every((line) => /^::(?:error|warning|notice) file=lax\.yaml,line=\d+,title=/.test(line)),
    ).toBe(true)
  })
})

describe('a commit', () => {
  test('is compared with the configured flows as they lie there', async () => {
    const { code, out, err } = await rekey('--git', 'main')
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(out).toMatch(
      /^reset \(flows\/reset\.yaml\)\n {2}danger .*\n[^]*\ngone \(flows\/inner\/gone\.yaml\)\n {2}breaking {2}the flow is gone/,
    )
  })

  test('is compared with the files that are named', async () => {
    expect(await rekey('--git', 'HEAD', 'strict.yaml', 'lax.yaml')).toMatchObject({
      code: 2,
      err: expect.stringContaining('duplicate-flow') as string,
    })
    expect(await rekey('--git', 'HEAD', 'strict.yaml')).toMatchObject({ code: 0, err: '' })
    expect(await rekey('--git', 'HEAD', 'with.yaml')).toMatchObject({ code: 0, err: '' })
  })

  test.for(['no-such-branch', '--output=x', '-h'])('called %s is refused in words', async (ref) => {
    const { code, out, err } = await rekey(`--git=${ref}`)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^rekey: \S/)
  })
})

describe('docs/diff.md', () => {
  test('prints what the command prints', async () => {
    const files = [...DOCS.matchAll(/^```yaml\n# (\w+\.yaml)\n(.*?)^```$/gms)].map(([, name = '', text = '']) => [name, text] as const)
    expect(files.map(([name]) => name)).toEqual(['old.yaml', 'new.yaml'])
    for (const [name, text] of files) await write(`docs/${name}`, text)
    const { out } = await rekey('docs/old.yaml', 'docs/new.yaml')
    expect(out.replaceAll('docs/', '')).toBe(/^```text\n(.*?)^```$/ms.exec(DOCS)?.[1])
  })
})

test('every setting whose safer way is known is one of its step, with values as it takes them', () => {
  const known = Object.entries(SETTING_ORDERS).flatMap(([type, settings]) =>
    Object.entries(settings).map(([name, order]) => ({ type, name, order })),
  )
  const wrong = known.filter(({ type, name, order }) => {
    const schema = builtInSteps.steps.find((step) => step.type === type)?.settings[name]
    return typeof order === 'string'
      ? !['integer', 'boolean', 'array'].includes(schema?.type ?? '')
      : String(schema?.enum?.toSorted()) !== String(order.toSorted())
  })
  expect(wrong).toEqual([])
})
