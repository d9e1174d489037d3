import { readFile } from 'node:fs/promises'

/** The flow of a wire, under names of their own: none of them is asked for. @returns texts by the names of their files. */
export async function copiesOf(wire, count) {
  const text = await readFile(new URL(`../../flows/${wire.flows[0]}`, import.meta.url), 'utf8')
  return Object.fromEntries(
    Array.from({ length: count }, (_, number) => [
      `copy-${number}.yaml`,
      text.replace(/^flow: .*$/m, `flow: copy-${number}`).replace(/\bas: \w+/, `as: copy${number}`),
    ]),
  )
}
