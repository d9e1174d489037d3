// `npm run follow`: does what docs/operating.md says of the way from an empty machine to two processes, word by word, in a fresh copy of the
// project in an empty folder. Files that the page shows are written, commands are run one after the other in one shell that ends at the first
// that fails. Whatever was started is ended afterwards, and the folder removed.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listenOn } from './free-port.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const SECTION = 'From an empty machine to two processes'
const LIMIT_MS = 240_000
/** Ports of the page. Free ones take their places, so that nothing which runs on this machine is in the way; the last two follow each other. */
const PORTS = ['6379', '5432', '2525', '8080', '9464', '9465']

for (const program of ['git', 'bash', 'curl']) {
  if (spawnSync(program, ['--version']).error) {
    process.stderr.write(`the page is followed with \`${program}\`: install it\n`)
    process.exit(1)
  }
}
const page = await withFreePorts(readFileSync(join(root, 'docs/operating.md'), 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'rekey-follow-'))
try {
  copyProject(folder)
  const commands = blocksOf(page).map(
    ({ language, text }) => `echo ${quoted(`--- ${text.split('\n', 1)[0]}`)}\n${language === 'sh' ? text : fileFrom(text)}`,
  )
  process.exitCode = await follow(commands.join('\n'))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function withFreePorts(text) {
  const free = await Promise.all(PORTS.map(() => listenOn(0)))
  const [first, second] = free.slice(-2).map(({ port }) => port)
  await Promise.all(free.map(({ close }) => close()))
  if (second !== first + 1) {
    // Neighbours are looked for only where chance did not give any.
    const next = await listenOn(first + 1).catch(() => undefined)
    if (next === undefined) return withFreePorts(text)
    await next.close()
  }
  const ports = [...free.slice(0, -2).map(({ port }) => port), first, first + 1]
  return PORTS.reduce((shifted, port, at) => shifted.replaceAll(new RegExp(`\\b${port}\\b`, 'g'), String(ports[at])), text)
}

/** What git knows, and nothing that was built or installed. */
function copyProject(target) {
  const { stdout, status } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error('the page is followed in a clone: git does not know this folder')
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    mkdirSync(dirname(join(target, file)), { recursive: true })
    cpSync(join(root, file), join(target, file), { verbatimSymlinks: true, force: true, errorOnExist: false })
  }
}

/** The fenced blocks of the section, in order. */
function blocksOf(text) {
  const [, after = ''] = text.split(`## ${SECTION}\n`)
  const [section = ''] = after.split(/^## /m)
  const blocks = [...section.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language = '', block = '']) => ({ language, text: block }))
  if (blocks.length === 0) throw new Error(`docs/operating.md has no section \`${SECTION}\``)
  return blocks
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** A block of YAML names its file in its first line. Written by a command, so that it comes in its turn. */
function fileFrom(text) {
  const path = /^# (site\/\S+)\n/.exec(text)?.[1]
  if (path === undefined) throw new Error(`a block does not begin with the name of its file: ${text.slice(0, 60)}`)
  const kept = join(folder, `block-${path.replaceAll('/', '-')}`)
  writeFileSync(kept, text)
  return `mkdir -p ${dirname(path)} && mv ${JSON.stringify(kept)} ${path}`
}

/** @returns the exit code of the shell. */
function follow(script) {
  const ending = [
    `trap 'echo "this failed: $BASH_COMMAND" >&2' ERR`,
    `trap 'code=$?; ((code == 0)) || tail -n 5 site/*.log >&2; kill $(jobs -p) 2>/dev/null; wait; exit $code' EXIT`,
  ]
  // A group of its own: what the commands leave running is ended with it.
  const shell = spawn('bash', ['-Eeuo', 'pipefail', '-c', [...ending, script].join('\n')], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return new Promise((resolve) => {
    const late = setTimeout(() => {
      process.stderr.write(`the page was not done within ${LIMIT_MS / 1_000} s\n`)
      endGroup(shell.pid)
    }, LIMIT_MS)
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => endGroup(shell.pid))
    shell.once('exit', (code) => {
      clearTimeout(late)
      endGroup(shell.pid)
      resolve(code ?? 1)
    })
  })
}

function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGTERM')
  } catch {
    // all of it has ended
  }
}
