import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const BIN = fileURLToPath(new URL('../../../../node_modules/.bin/', import.meta.url))

/** The strictest that a project may ask for, with no library but the language's own. */
const STRICT = {
  target: 'es2022',
  lib: ['es2022'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
  rewriteRelativeImportExtensions: true,
  outDir: 'out',
}

/** A folder of TypeScript files of its own, outside of any project. */
export interface SourceFolder {
  readonly path: string
  /** Runs the TypeScript compiler over all of it. @returns what it prints: nothing when all is well. */
  compile(): Promise<string>
  /** What the formatter would change. */
  misshapen(): Promise<string>
  remove(): Promise<void>
}

/** @param files texts by name. */
export async function sourceFolder(files: Readonly<Record<string, string>>): Promise<SourceFolder> {
  const path = await mkdtemp(join(tmpdir(), 'rekey-types-'))
  const all = {
    ...files,
    'package.json': '{"type":"module"}',
    'tsconfig.json': JSON.stringify({ compilerOptions: STRICT, include: ['*.ts'] }),
    '.oxfmtrc.json': JSON.stringify({
      semi: false,
      singleQuote: true,
      printWidth: 140,
      trailingComma: 'all',
      ignorePatterns: ['**/*.json'],
    }),
  }
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), text)
  }
  return {
    path,
    compile: () => printed(join(BIN, 'tsc'), ['-p', path], path),
    misshapen: () => printed(join(BIN, 'oxfmt'), ['--list-different', '*.ts'], path),
    remove: () => rm(path, { recursive: true }),
  }
}

async function printed(program: string, argv: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, [...argv], { cwd })
    return stdout
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' && error.stdout !== '') return error.stdout
    throw error
  }
}
