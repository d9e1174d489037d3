import { createHash, createHmac, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { mkdir, open, rename, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { compileFlows, packFlows, unpackFlows, type Compilation, type CompileOptions, type Registry, type SourceFile } from '@rekey/core'
import type { Logger } from 'pino'
import type { Config } from '../config/config.js'
import { hasCode } from '../config/system-error.js'
import { buildOf } from './build-of.js'
import { openKeyring } from './open-keyring.js'

/** Compiles flow files, or finds what came of it before. */
export type CompileFiles = (files: readonly SourceFile[], registry: Registry, options: CompileOptions) => Promise<Compilation>

/** What every such file begins with; nothing else is overwritten. */
const MARK = 'rekey-compiled-'

/** Raised when the file is written otherwise. */
const FORMAT = `${MARK}1`

/** A line with the format, the digest of what was compiled, and the MAC of that and the rest; then the flows. */
const HEAD = /^(\S+) ([\w-]{43}) ([\w-]{43})\n/
const HEAD_LENGTH = FORMAT.length + 2 * 44 + 1

/** Larger than a hundred thousand flows; what somebody puts there instead must not fill the memory. */
const MOST_BYTES = 256 * 1024 * 1024

export const compileAnew: CompileFiles = async (files, registry, options) => compileFlows(files, registry, options)

/**
 * Keeps compiled flows in the configured file, and takes them from there where nothing has changed on which they depend. What the file
 * says is believed only with the MAC of our keys: to write flows into it that would not compile takes `keys.stable`.
 * Whatever is wrong with it, the flows are compiled. Steps of plugins may do anything when they are compiled, so with these nothing is
 * kept.
 * @param builtFrom tells the code that compiles from any other; undefined where nothing can, and then nothing is kept.
 */
export function compiling(
  config: Pick<Config, 'compiled' | 'plugins' | 'keys'>,
  log: Logger,
  builtFrom: () => string | undefined = buildOf,
): CompileFiles {
  const { compiled: path } = config
  if (path === undefined || config.plugins.length > 0) return compileAnew
  const build = builtFrom()
  if (build === undefined) {
    log.warn('compiled flows are not kept: what runs is neither built nor installed, so that nothing tells when it changes')
    return compileAnew
  }
  return async (files, registry, options) => {
    const key = compiledKey((await openKeyring(config)).stable)
    const all = [...files, ...(options.beside ?? [])]
    const digest = digestOf(files, registry, options, build)
    const kept = await readKept(path, { key, digest, log })
    if (kept !== undefined) return { flows: unpackFlows(kept, all), diagnostics: [] }
    const compilation = compileFlows(files, registry, options)
    const packed = compilation.diagnostics.length === 0 ? packFlows(compilation.flows, all) : undefined
    if (packed !== undefined) await keep(path, withHead(packed, key, digest), log).catch((err: unknown) => log.warn({ err }, NOT_KEPT))
    return compilation
  }
}

const NOT_KEPT = 'the compiled flows could not be kept; the next start compiles them again'

/** From the key that is never rotated, for this purpose alone. */
function compiledKey(stable: KeyObject): Buffer {
  return createHmac('sha256', stable)
    .update(JSON.stringify(['compiled', 'flows']))
    .digest()
}

/** Everything that decides what comes of compiling; files with their lengths, so that no two sets are the same text. */
function digestOf(files: readonly SourceFile[], registry: Registry, { limits, beside = [] }: CompileOptions, build: string): string {
  const digest = createHash('sha256')
  const parts = [FORMAT, build, process.version, registryText(registry), JSON.stringify(limits ?? null), String(files.length)]
  let text = JSON.stringify(parts)
  for (const file of [...files, ...beside]) {
    text += `\n${file.path.length} ${file.text.length} ${file.path}${file.text}`
    // In large pieces: one for each file costs more than what is in it.
    if (text.length < 65_536) continue
    digest.update(text)
    text = ''
  }
  return digest.update(text).digest('base64url')
}

/** Steps, dialects and attributes as far as the compiler sees them; of a function, its text. */
function registryText({ steps, dialects, attributes }: Registry): string {
  const facts = [...dialects.values()].map(({ name, kinds, options, speaksByDefault, slots, offers }) => ({
    name,
    kinds,
    options,
    speaksByDefault,
    slots,
    offers,
  }))
  // Services are none of the compiler's business.
  const shown = (name: string, value: unknown): unknown =>
    name === 'inject' ? undefined : typeof value === 'function' ? String(value) : value
  return JSON.stringify([[...steps.values()], facts, attributes], shown)
}

function macOf(key: Buffer, digest: string, packed: string): Buffer {
  return createHmac('sha256', key).update(`${digest}\n`).update(packed).digest()
}

function withHead(packed: string, key: Buffer, digest: string): string {
  return `${FORMAT} ${digest} ${macOf(key, digest, packed).toString('base64url')}\n${packed}`
}

interface Wanted {
  readonly key: Buffer
  readonly digest: string
  readonly log: Logger
}

/** @returns undefined for a file that is not there, is about something else, or is not ours. */
async function readKept(path: string, { key, digest, log }: Wanted): Promise<string | undefined> {
  const text = await readWhole(path).catch((err: unknown) => {
    if (!hasCode(err, 'ENOENT')) log.warn({ err }, 'the kept flows cannot be read, and are compiled again')
    return undefined
  })
  const [head = '', format, about, mac = ''] = (text === undefined ? undefined : HEAD.exec(text.slice(0, HEAD_LENGTH))) ?? []
  if (text === undefined || format !== FORMAT || about !== digest) return undefined
  const packed = text.slice(head.length)
  const given = Buffer.from(mac, 'base64url')
  const right = macOf(key, digest, packed)
  if (given.length === right.length && timingSafeEqual(given, right)) return packed
  log.warn({ path }, 'the kept flows were not written with these keys, and are compiled again')
  return undefined
}

/** Only what is a file itself: a pipe or a link in its place is none. */
async function readWhole(path: string): Promise<string | undefined> {
  const file = await openQuietly(path)
  try {
    const stat = await file.stat()
    return stat.isFile() && stat.size <= MOST_BYTES ? await file.readFile('utf8') : undefined
  } finally {
    await file.close()
  }
}

/** Nothing is waited for, and no link is followed. */
async function openQuietly(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
}

/**
 * What stands where the flows are to be kept, and is neither empty nor ever written by us: a slip in the configuration must cost nobody a
 * file.
 */
async function strangerAt(path: string): Promise<string | undefined> {
  try {
    const file = await openQuietly(path)
    try {
      const stat = await file.stat()
      if (!stat.isFile()) return kindOf(stat)
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MARK.length), 0, MARK.length, 0)
      return bytesRead === 0 || buffer.toString('latin1') === MARK ? undefined : 'a file of something else'
    } finally {
      await file.close()
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    if (hasCode(error, 'ELOOP')) return 'a link'
    // A socket, or a device that is not there.
    if (hasCode(error, 'ENXIO')) return 'no file'
    throw error
  }
}

function kindOf(stat: Stats): string {
  return stat.isDirectory() ? 'a folder' : stat.isFIFO() ? 'a pipe' : 'no file'
}

/** Writes it beside and moves it there, so that no process that starts meanwhile reads half of it. */
async function keep(path: string, text: string, log: Logger): Promise<void> {
  const stranger = await strangerAt(path)
  if (stranger !== undefined) {
    log.warn({ path }, `at \`compiled\` stands ${stranger}: nothing is kept there; name another file, or move that away`)
    return
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, text, { flag: 'wx', mode: 0o600 })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
