import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const PACKAGES = fileURLToPath(new URL('../../', import.meta.url))

/** One import: who imports what, in paths from `packages/` (`core/src/engine/engine.ts`) or by package name (`koa`). */
interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
  /** What stands between `import` and `from`. */
  readonly names: string
}

const IMPORT =
  /^(?:import|export)\s+(type\s)?([^'"]*?)from\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm

const IMPORTS: readonly Import[] = readdirSync(PACKAGES).flatMap((name) => {
  const src = join(PACKAGES, name, 'src')
  return existsSync(src)
    ? readdirSync(src, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts'))
        .flatMap((path) => importsOf(join(src, path)))
    : []
})

function importsOf(path: string): readonly Import[] {
  const from = relative(PACKAGES, path)
  return [...readFileSync(path, 'utf8').matchAll(IMPORT)].map(([, type, names = '', ...targets]) => {
    const target = targets.find((candidate) => candidate !== undefined) ?? ''
    const to = target.startsWith('.') ? normalize(join(dirname(from), target)).replace(/\.js$/, '.ts') : target
    return { from, to, typeOnly: type !== undefined || /^\{(?:\s*type\s[^,}]+,?)+\s*\}\s*$/.test(names), names }
  })
}

/** Imports from one part of the house that the rule does not let through. */
function forbidden(from: RegExp, allowed: (one: Import) => boolean): readonly string[] {
  return IMPORTS.filter((one) => from.test(one.from) && !allowed(one)).map(({ from, to }) => `${from} -> ${to}`)
}

const isLibrary = (to: string, ...names: readonly string[]) => names.some((name) => to === name || to.startsWith(`${name}/`))

test('the imports were found', () => {
  const parts = ['core/src/compile', 'core/src/engine', 'steps/src', 'server/src/dialect']
  expect(parts.filter((part) => !IMPORTS.some(({ from }) => from.startsWith(part)))).toEqual([])
})

test('core imports no package of ours and nothing that speaks to the outside', () => {
  const allowed = ({ from, to }: Import) =>
    to.startsWith('core/src/') ||
    isLibrary(to, 'ajv', 'yaml', '@marcbachmann/cel-js') ||
    to.startsWith('node:') ||
    // The contracts of the ports are suites that adapters run.
    (from.startsWith('core/src/testing/') && isLibrary(to, 'vitest'))
  expect(forbidden(/^core\//, allowed)).toEqual([])
})

test('the compiler knows no engine, no store and no token', () => {
  const banned = /^core\/src\/(?:engine|token|memory|testing)\/|^core\/src\/ports\/conversations/
  expect(forbidden(/^core\/src\/(?:compile|syntax|source|diagnostics)\//, ({ to }) => !banned.test(to))).toEqual([])
})

test('the engine and the machine know no YAML', () => {
  const banned = /^core\/src\/(?:syntax|compile|diagnostics)\/|^yaml/
  const allowed = ({ from, to, typeOnly }: Import) =>
    !banned.test(to) || (from.startsWith('core/src/engine/') && to === 'core/src/compile/compiled-flow.ts' && typeOnly)
  expect(forbidden(/^core\/src\/(?:engine|machine|token|memory|ports|step)\//, allowed)).toEqual([])
})

test('YAML is read in one place of core', () => {
  expect(forbidden(/^core\/(?!src\/syntax\/)/, ({ to }) => !isLibrary(to, 'yaml'))).toEqual([])
})

test('steps know core only', () => {
  const allowed = ({ to }: Import) => to.startsWith('steps/src/') || to === '@rekey/core' || to.startsWith('node:')
  expect(forbidden(/^steps\//, allowed)).toEqual([])
})

test('dialects know core and their contract, and not each other', () => {
  const allowed = ({ from, to }: Import) => {
    const [vendor] = /^server\/src\/dialects\/[^/]+\//.exec(from) ?? ['server/src/dialects/']
    return to === '@rekey/core' || to.startsWith('server/src/dialect/') || to.startsWith(vendor) || to.startsWith('node:')
  }
  expect(forbidden(/^server\/src\/(?:dialect|dialects)\//, allowed)).toEqual([])
})

test('one file knows the container', () => {
  const touches = IMPORTS.filter(({ to, names }) => isLibrary(to, 'tsyringe') && /\bcontainer\b|DependencyContainer/.test(names))
  expect(touches.map(({ from }) => from).filter((from) => from !== 'server/src/compose.ts')).toEqual([])
})

test.for([
  ['ioredis', /^server\/src\/adapters\/redis\//],
  ['koa', /^server\/src\/http\//],
  ['@koa/router', /^server\/src\/http\//],
  ['@libsql/client', /^server\/src\/adapters\//],
  ['@marcbachmann/cel-js', /^core\/src\/condition\/cel\.ts$/],
  ['vscode-languageserver', /^server\/src\/lsp\//],
  ['chokidar', /^server\/src\/cli\//],
  ['jose', /^server\/src\/adapters\/bearers\//],
] as const)('%s is imported behind our words only', ([library, place]) => {
  expect(IMPORTS.filter(({ from, to }) => isLibrary(to, library) && !place.test(from)).map(({ from }) => from)).toEqual([])
})

test('nothing is imported in a circle at run time inside core', () => {
  const graph = new Map<string, readonly string[]>()
  for (const { from } of IMPORTS) {
    if (from.startsWith('core/'))
      graph.set(
        from,
        IMPORTS.filter((one) => one.from === from && !one.typeOnly).map(({ to }) => to),
      )
  }
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '))
    if (done.has(file) || trail.includes(file)) return
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file])
    done.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  expect(circles).toEqual([])
})
