import { createHash, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isJsonObject, type Secret } from '@rekey/core'
import type { BranchRegister } from './branch-register.js'

/** What the code of somebody is compared with who has none: it is the digest of nothing. */
const NOBODY = Buffer.alloc(32)

/** A register in a JSON file: user names, each with the SHA-256 of their code in hex. It is read afresh each time, as the desk writes it. */
export class FileRegister implements BranchRegister {
  constructor(private readonly path: string) {}

  async isHandedTo(userName: string, code: Secret): Promise<boolean> {
    const register: unknown = JSON.parse(await readFile(this.path, 'utf8'))
    const hex = isJsonObject(register) && Object.hasOwn(register, userName) ? register[userName] : undefined
    const digest = typeof hex === 'string' && /^[0-9a-f]{64}$/.test(hex) ? Buffer.from(hex, 'hex') : NOBODY
    return timingSafeEqual(createHash('sha256').update(code.reveal()).digest(), digest)
  }
}
