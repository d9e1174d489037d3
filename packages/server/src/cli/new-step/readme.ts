import type { StepName } from './step-name.js'

/** What to do next, and where what is. */
export function readme({ vendor, name, kebab }: StepName): string {
  return `# ${vendor}/${name}

A step for Rekey, as a package of its own.

\`\`\`
npm install
npm test           # the contract that every step keeps
npm run check      # builds, and checks the flows
npm start          # serves them
curl -X POST 'http://127.0.0.1:8080/openidm/selfservice/${kebab}?_action=submitRequirements' \\
  -u anonymous:anonymous -H 'content-type: application/json' -d '{"input": {"accept": true}}'
\`\`\`

| file | holds |
| --- | --- |
| \`src/${kebab}.ts\` | the step: data that the compiler reads, and two handlers that return verdicts |
| \`src/index.ts\` | the plugin |
| \`test/${kebab}.test.ts\` | its contract, and what only this step does |
| \`flows/${kebab}.yaml\` | a flow that names it |
| \`rekey.yaml\` | \`plugins\`, which loads it |
`
}
