// What compiling costs beside reading the same files as YAML: cold (first compilation of a process) and warm, for 1, 100 and 10 000 files.
// Usage: npm run bench            (`--smoke` for a short form that only shows that it works)
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const smoke = process.argv.includes('--smoke')
const SIZES = smoke ? [1, 100] : [1, 100, 10_000]
const ROUNDS = smoke ? 1 : 5

if (process.argv.includes('--one')) await one()
else report()

/** One measurement in a process of its own, so that nothing is warm that should be cold. */
async function one() {
  const [what, size] = process.argv.slice(process.argv.indexOf('--one') + 1)
  const { compileFlows, createRegistry, SourceFile } = await import(join(root, 'packages/core/dist/index.js'))
  const { builtInSteps } = await import(join(root, 'packages/steps/dist/index.js'))
  const { parseDocument } = await import(join(root, 'node_modules/yaml/dist/index.js'))
  const registry = createRegistry([builtInSteps], dialects())
  const files = texts(Number(size)).map((text, index) => new SourceFile(`flow-${index}.yaml`, text))
  const work = {
    parse: () =>
      files.map(({ text }) => parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: false, prettyErrors: false })).length,
    compile: () => compileFlows(files, registry).flows.length,
  }[what]
  const [cold, done] = timed(work)
  const [warm] = timed(work)
  console.log(JSON.stringify({ cold, warm, done, heapMiB: Math.round(process.memoryUsage().heapUsed / 2 ** 20) }))
}

function timed(work) {
  const before = process.cpuUsage()
  const done = work()
  const { user, system } = process.cpuUsage(before)
  return [(user + system) / 1000, done]
}

/** The shipped flows again and again, each under an id of its own. */
function texts(size) {
  const folder = join(root, 'flows')
  const shipped = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(?<!\.test)\.yaml$/.test(path))
    .toSorted()
    .map((path) => readFileSync(join(folder, path), 'utf8'))
    .filter((text) => /^flow: /m.test(text))
    // Slots and names on the wire hold one flow each; dialects that name flows in the path take any number.
    .map((text) => text.replace(/^speaks:.*(?:\n {2,}.*)*$/m, 'speaks: [wire]'))
  return Array.from({ length: size }, (_, index) => shipped[index % shipped.length].replace(/^flow: .*$/m, `flow: flow-${index}`))
}

function dialects() {
  const kinds = ['identifier', 'code', 'answers', 'password', 'newPassword', 'approval', 'choice', 'consent', 'attributes', 'captcha']
  return [
    { name: 'wire', kinds, options: { as: { type: 'string' } }, speaksByDefault: true, offers: ['bearer', 'rawBody', 'continuation'] },
  ]
}

function report() {
  const rows = SIZES.map((size) => {
    // Interleaved, so that what the machine does beside falls on both.
    const rounds = Array.from({ length: ROUNDS }, () => ({ parse: run('parse', size), compile: run('compile', size) }))
    if (rounds.some(({ compile }) => compile.done !== size)) throw new Error(`not all of ${size} flows compiled`)
    const ratio = (kind) => spread(rounds.map(({ parse, compile }) => compile[kind] / parse[kind]))
    return {
      size,
      parseMs: median(rounds.map(({ parse }) => parse.cold)),
      compileMs: median(rounds.map(({ compile }) => compile.cold)),
      cold: ratio('cold'),
      warm: ratio('warm'),
      heapMiB: median(rounds.map(({ compile }) => compile.heapMiB)),
      rounds,
    }
  })
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version, system: `${platform()} ${arch()}` }
  if (!smoke) writeFileSync(join(root, 'bench', 'compile.json'), `${JSON.stringify({ machine, rows }, undefined, 2)}\n`)
  console.log(
    `compiling flows beside parsing their YAML (${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; CPU time, median of ${ROUNDS})\n`,
  )
  console.log('| files | YAML alone, ms | compiled, ms | per file, µs | compiled / YAML, cold | again in the same process | heap, MiB |')
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: |')
  for (const { size, parseMs, compileMs, cold, warm, heapMiB } of rows) {
    console.log(
      `| ${size} | ${parseMs.toFixed(1)} | ${compileMs.toFixed(1)} | ${((compileMs * 1000) / size).toFixed(0)} | ${cold} | ${warm} | ${heapMiB} |`,
    )
  }
}

function run(what, size) {
  return JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--one', what, String(size)], { encoding: 'utf8' }))
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function spread(ratios) {
  const sorted = ratios.toSorted((a, b) => a - b)
  return `${median(ratios).toFixed(2)} (${sorted[0].toFixed(2)} to ${sorted.at(-1).toFixed(2)})`
}
