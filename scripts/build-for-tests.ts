import type { TestProject } from 'vitest/node'
import { build } from './build.mjs'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Why there is no fresh build; empty when there is one. Only tests that start processes need it, so only they fail for it. */
    readonly buildFault: string
  }
}

/** Compiles the packages once a run, and again when a watched run repeats: tests of processes start what users start, the built server. */
export default function buildForTests(project: TestProject): void {
  const { projects } = project.vitest
  const provide = () => project.provide('buildFault', projects.some(({ name }) => name === 'server') ? faultOfBuild() : 'not built')
  provide()
  project.onTestsRerun(async () => provide())
}

function faultOfBuild(): string {
  try {
    build()
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
