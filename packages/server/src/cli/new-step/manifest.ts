import type { StepName } from './step-name.js'

/** What the package is built and tested with: the versions that Rekey itself uses. */
const TOOLS = { '@types/node': '20.19.43', typescript: '7.0.2', vitest: '4.1.12' } as const

/** @param version of Rekey. */
export function manifest({ vendor, name, kebab }: StepName, version: string): string {
  const rekey = `^${version}`
  const text = {
    name: `${vendor}-${kebab}-step`,
    version: '0.1.0',
    description: `The step ${vendor}/${name} for Rekey`,
    type: 'module',
    engines: { node: '>=20.19' },
    exports: { types: './dist/index.d.ts', default: './dist/index.js' },
    files: ['dist'],
    scripts: { build: 'tsc', test: 'vitest run', check: 'tsc && rekey check', start: 'tsc && rekey serve' },
    peerDependencies: { '@rekey/core': rekey },
    devDependencies: { '@rekey/core': rekey, '@rekey/server': rekey, ...TOOLS },
  }
  return `${JSON.stringify(text, undefined, 2)}\n`
}
