import { defineConfig } from 'vitest/config'

// Without `module`: packages must be loaded in the form in which Node loads them.
const conditions = ['@rekey/source', 'node', 'development|production']

const project = (name: string) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['node'] } },
  test: {
    name,
    include: [`packages/${name}/test/**/*.test.ts`],
    setupFiles: ['./scripts/vitest-setup.ts'],
    // Files share what they have loaded: loading it afresh for each took half of the time. So nothing of ours is mocked, and no file leaves
    // anything behind.
    isolate: false,
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
})

export default defineConfig({
  test: {
    globalSetup: ['./scripts/redis.ts', './scripts/postgres.ts', './scripts/ldap.ts', './scripts/build-for-tests.ts'],
    maxWorkers: '100%',
    projects: [project('core'), project('steps'), project('server')],
    coverage: { provider: 'v8', include: ['packages/*/src/**'] },
  },
})
