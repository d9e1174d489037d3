// A reporter of vitest: one line for each test that failed, after everything else that is printed.
import { relative } from 'node:path'

const LONGEST = 300

/** @param {unknown} text */
const short = (text) => String(text).split('\n', 1)[0]?.slice(0, LONGEST)

export default class FailedTests {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { message: string }[]} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    const lines = modules.flatMap((module) => [
      ...module.errors().map(({ message }) => `${relative('.', module.moduleId)}: ${short(message)}`),
      ...[...module.children.allTests('failed')].map(
        (test) => `${relative('.', module.moduleId)} > ${test.fullName}: ${short(test.result().errors?.[0]?.message)}`,
      ),
    ])
    lines.push(...unhandled.map(({ message }) => `outside of a test: ${short(message)}`))
    if (lines.length > 0) process.once('exit', () => process.stderr.write(`\nfailed:\n${lines.map((line) => `  ${line}\n`).join('')}`))
  }
}
