import { manifest } from './manifest.js'
import { readme } from './readme.js'
import { flow, pluginSource, stepSource, stepTest } from './sources.js'
import type { StepName } from './step-name.js'

/** The files of a new package, by their path in its folder. */
export function filesOf(name: StepName, version: string): ReadonlyMap<string, string> {
  return new Map([
    ['package.json', manifest(name, version)],
    ['tsconfig.json', TSCONFIG],
    ['vitest.config.ts', VITEST],
    ['.gitignore', 'node_modules\ndist\n.rekey\n'],
    ['README.md', readme(name)],
    ['rekey.yaml', REKEY],
    [`flows/${name.kebab}.yaml`, flow(name)],
    ['src/index.ts', pluginSource(name)],
    [`src/${name.kebab}.ts`, stepSource(name)],
    [`test/${name.kebab}.test.ts`, stepTest(name)],
  ])
}

const TSCONFIG = `${JSON.stringify(
  {
    compilerOptions: {
      target: 'es2023',
      lib: ['es2023'],
      module: 'nodenext',
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      verbatimModuleSyntax: true,
      skipLibCheck: true,
      types: ['node'],
      declaration: true,
      sourceMap: true,
      rootDir: 'src',
      outDir: 'dist',
    },
    include: ['src'],
  },
  undefined,
  2,
)}\n`

const VITEST = `import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['test/**/*.test.ts'] } })
`

const REKEY = `# Serves the flows of this package, with its step:
#   npm run build && npx rekey serve
flows: ./flows
plugins: [./dist/index.js]
`
