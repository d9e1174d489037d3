import { SourceFile } from '../../src/index.js'

const FILE_NAME = /^# ([a-z/-]+\.yaml)\n/m

/** The files of a sample: one called `flow.yaml`, or several, each under a comment with its name. */
export function sampleFiles(sample: string): readonly SourceFile[] {
  const [before = '', ...parts] = sample.split(FILE_NAME)
  if (parts.length === 0) return [new SourceFile('flow.yaml', before)]
  return parts.flatMap((part, index) => (index % 2 === 0 ? [new SourceFile(part, parts[index + 1] ?? '')] : []))
}
