import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { link, mkdir, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hasCode } from '../../config/system-error.js'

/** The key file cannot be trusted or read. The message says what to do about it. */
export class KeyFileFault extends Error {
  override readonly name = 'KeyFileFault'

  constructor(path: string, why: string, options?: ErrorOptions) {
    super(`the key file \`${path}\` ${why}`, options)
  }
}

/**
 * Reads a file of generated keys; creates it, readable for nobody else, when it is not there. Processes that start at the same time get
 * the same keys.
 * @param path absolute; its folder is created too.
 * @param fresh the text of a new file.
 * @param parse undefined for a text that holds no keys.
 * @throws KeyFileFault when others can read the file, when it belongs to somebody else, or when it holds no keys.
 */
export async function openPrivateFile<T>(path: string, fresh: () => string, parse: (text: string) => T | undefined): Promise<T> {
  let text = await readPrivateFile(path)
  if (text === undefined) {
    await createPrivateFile(path, fresh())
    text = await readPrivateFile(path)
  }
  if (text === undefined) throw new KeyFileFault(path, 'was removed while it was being created: start again')
  const value = parse(text)
  if (value === undefined) throw new KeyFileFault(path, 'holds no keys: delete it to get new ones')
  return value
}

/** @returns undefined when there is no such file. */
async function readPrivateFile(path: string): Promise<string | undefined> {
  // A symbolic link could lead to a file that somebody else controls.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined
    throw new KeyFileFault(path, hasCode(error, 'ELOOP') ? 'is a symbolic link: name the file itself' : 'cannot be read', { cause: error })
  })
  if (!file) return undefined
  try {
    // Asked of the open file: what stands under the path could be exchanged between two looks.
    const { mode, uid, isFile } = await file.stat().then((stat) => ({ mode: stat.mode, uid: stat.uid, isFile: stat.isFile() }))
    if (!isFile) throw new KeyFileFault(path, 'is no file')
    if ((mode & 0o077) !== 0) throw new KeyFileFault(path, `can be read by others: run \`chmod 600 ${path}\`, or delete it to get new keys`)
    if (uid !== process.getuid?.())
      throw new KeyFileFault(path, 'belongs to another user: start the server as that one, or name another file')
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/** Writes a whole file beside the path and links it there, which fails when another process was first: no reader ever sees half a file. */
async function createPrivateFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`
  const file = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
    await link(draft, path)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    await file.close()
    await unlink(draft)
  }
}
