import { createSecretKey, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Keyring } from '@rekey/core'
import type { AuditEvent } from '@rekey/core'
import { onTestFinished } from 'vitest'
import type { ChainHead } from '../../../src/adapters/log/audit-head.js'
import { auditFilesIn } from '../../../src/adapters/log/audit-files.js'
import { auditKey, type AuditKey } from '../../../src/adapters/log/audit-key.js'
import { ChainedAudit, type ChainedAuditOptions } from '../../../src/adapters/log/chained-audit.js'
import { verifyAudit, type AuditText, type AuditVerdict, type VerifyOptions } from '../../../src/adapters/log/verify-audit.js'

export const KEY: AuditKey = auditKey(new Keyring({ signing: [{ id: 'a', secret: randomBytes(32) }], stable: randomBytes(32) }))
export const OTHER_KEY: AuditKey = { id: 'other', object: createSecretKey(randomBytes(32)) }

export const event = (number: number): AuditEvent => ({ event: 'passed', at: 1_790_000_000 + number, flow: 'reset', step: `step${number}` })

/** A folder of the trail, removed at the end. */
export async function trailFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-trail-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export interface OpenTrail {
  readonly audit: ChainedAudit
  readonly heads: ChainHead[]
  readonly faults: unknown[]
}

export async function openTrail(folder: string, options: Partial<ChainedAuditOptions> = {}): Promise<OpenTrail> {
  const heads: ChainHead[] = []
  const faults: unknown[] = []
  const audit = await ChainedAudit.open({
    folder,
    key: KEY,
    sync: 'never',
    rotateBytes: 1_000_000,
    onFault: (fault) => faults.push(fault),
    onHead: (head) => heads.push(head),
    ...options,
  })
  return { audit, heads, faults }
}

/** One closed chain: line 0 begins it, lines 1 to `events` hold events, one more closes it. */
export async function closedTrail(folder: string, events: number, options: Partial<ChainedAuditOptions> = {}): Promise<OpenTrail> {
  const trail = await openTrail(folder, options)
  for (let number = 1; number <= events; number++) trail.audit.record(event(number))
  await trail.audit.close()
  return trail
}

export async function textsIn(folder: string): Promise<readonly Text[]> {
  return Promise.all((await auditFilesIn(folder)).map(async (path) => text(path, (await readFile(path, 'utf8')).split('\n').slice(0, -1))))
}

export interface Text extends AuditText {
  readonly all: readonly string[]
}

export const text = (path: string, all: readonly string[]): Text => ({ path, all, lines: () => all })

export function verify(texts: readonly AuditText[], options: Partial<VerifyOptions> = {}): Promise<AuditVerdict> {
  return verifyAudit(texts, { key: KEY, ...options })
}

/** Faults in a few words: `changed 3`. */
export async function faultsOf(texts: readonly AuditText[], options: Partial<VerifyOptions> = {}): Promise<readonly string[]> {
  return (await verify(texts, options)).faults.map(({ code, line }) => (line === undefined ? code : `${code} ${line}`))
}
