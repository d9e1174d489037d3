import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isJsonObject } from '@rekey/core'
import { hasCode } from '../../config/system-error.js'
import type { MessageLog, ReceivedMessage } from './message-log.js'

const MAX_BYTES = 2 * 1024 * 1024

export interface FileMessageLogOptions {
  /** Bytes above which the older half is dropped; 2 MiB unless given. */
  readonly maxBytes?: number
}

/**
 * Keeps messages in a file of JSON lines, which the processes of one installation share and which outlives them. Each line is appended in one
 * write; a file that has grown too long is written anew beside the old one and put in its place. A writer who finds that its line went
 * into a file that has been replaced writes it again; who reads passes over the second of two.
 */
export class FileMessageLog implements MessageLog {
  readonly #maxBytes: number

  constructor(
    private readonly path: string,
    options: FileMessageLogOptions = {},
  ) {
    this.#maxBytes = options.maxBytes ?? MAX_BYTES
  }

  async append(message: ReceivedMessage): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 })
    const line = `${JSON.stringify({ id: randomUUID(), ...message })}\n`
    let size = await this.#write(line)
    while (size === undefined) size = await this.#write(line)
    if (size > this.#maxBytes) await this.#shorten()
  }

  async list(): Promise<readonly ReceivedMessage[]> {
    const seen = new Set<unknown>()
    return (await this.#lines()).flatMap((line) => {
      const entry = parse(line)
      if (entry === undefined || seen.has(entry.id)) return []
      seen.add(entry.id)
      return [entry.message]
    })
  }

  /** @returns the size of the file, or undefined when it was replaced meanwhile. */
  async #write(line: string): Promise<number | undefined> {
    // Codes stand in it: nobody else may read it, and a symbolic link could lead elsewhere.
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW
    const file = await open(this.path, flags, 0o600)
    try {
      await file.write(line)
      const { ino, size } = await file.stat()
      return (await inodeOf(this.path)) === ino ? size : undefined
    } finally {
      await file.close()
    }
  }

  async #shorten(): Promise<void> {
    const before = await inodeOf(this.path)
    const lines = await this.#lines()
    const draft = `${this.path}.${process.pid}.${randomUUID()}`
    await writeFile(
      draft,
      lines
        .slice(Math.ceil(lines.length / 2))
        .map((line) => `${line}\n`)
        .join(''),
      { mode: 0o600 },
    )
    // Another process may have been quicker; then its shorter file stays.
    if ((await inodeOf(this.path)) === before) await rename(draft, this.path)
    else await unlink(draft)
  }

  async #lines(): Promise<readonly string[]> {
    const text = await readFile(this.path, 'utf8').catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return ''
      throw error
    })
    return text.split('\n').filter((line) => line !== '')
  }
}

async function inodeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ ino }) => ino,
    () => undefined,
  )
}

/** @returns undefined for a line that was cut off, or that somebody else wrote. */
function parse(line: string): { readonly id: unknown; readonly message: ReceivedMessage } | undefined {
  try {
    const value: unknown = JSON.parse(line)
    if (!isJsonObject(value)) return undefined
    const { id, to, subject, text, html, sentAt } = value
    if (typeof to !== 'string' || typeof text !== 'string' || typeof sentAt !== 'string') return undefined
    const isMail = typeof subject === 'string' && typeof html === 'string'
    return { id, message: isMail ? { to, subject, text, html, sentAt } : { to, text, sentAt } }
  } catch {
    return undefined
  }
}
