import { stepsOf, type CompiledFlow } from '@rekey/core'
import type { Config } from './config.js'
import type { UnusableStep } from './unusable-steps.js'

/** @returns undefined for a flow whose generated passwords can be marked as such, or that generates none. */
export function lacksMustChange(
  { directory }: Pick<Config, 'directory'>,
  { machine }: Pick<CompiledFlow, 'machine'>,
): UnusableStep | undefined {
  const people = directory.postgres?.people
  if (people === undefined || people.mustChange !== undefined) return undefined
  const step = stepsOf(machine).find(({ type }) => type === 'generatePassword')
  return (
    step && {
      type: step.type,
      id: step.id,
      why: 'makes passwords that must be changed at the first log-in, and the table of people has no column that says so',
      help: 'name one in `directory.postgres.people.mustChange`, which log-ins look at',
    }
  )
}
