import { open, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ChainHead } from '../../adapters/log/audit-head.js'
import { auditFilesIn } from '../../adapters/log/audit-files.js'
import { auditKey } from '../../adapters/log/audit-key.js'
import { verifyAudit, type AuditText } from '../../adapters/log/verify-audit.js'
import { KeyFileFault } from '../../adapters/keys/key-file.js'
import { openKeyring } from '../../compose/open-keyring.js'
import { shownPath } from '../../config/shown-path.js'
import { EXIT } from '../io.js'
import type { Io } from '../io.js'
import { printFaults, readConfig } from '../workspace.js'
import type { ConfigOption } from '../workspace.js'

export interface VerifyAuditOptions extends ConfigOption {
  readonly head: readonly ChainHead[]
  readonly partial?: boolean
}

/** Verifies files of the audit trail, or all of a folder, and tells every place that is not as it was written. */
export async function verifyAuditFiles(io: Io, paths: readonly string[], options: VerifyAuditOptions): Promise<number> {
  const config = await readConfig(io, options)
  if (config.is === 'faults') {
    printFaults(io, config.faults)
    return EXIT.faults
  }
  const { audit } = config.value
  const named = paths.length > 0 || audit.is === 'log' ? paths : [audit.folder]
  if (named.length === 0) {
    io.err('rekey: name the files, or configure `audit.folder`\n')
    return EXIT.usage
  }
  try {
    const key = auditKey(await openKeyring(config.value))
    const files = (await Promise.all(named.map((path) => filesAt(resolve(io.cwd, path))))).flat()
    const { chains, faults } = await verifyAudit(files.map(textOf), {
      key,
      heads: options.head,
      ...(options.partial === true && { partial: true }),
    })
    for (const { path, line, message } of faults)
      io.err(`${path === undefined ? '' : `${shownPath(path, io.cwd)}:${line ?? 1}: `}${message}\n`)
    for (const { chain, lines, closed } of chains)
      io.out(`chain ${chain}: ${lines} lines${closed ? '' : ', not closed: its process runs, or died, or the end was cut off'}\n`)
    io.out(faults.length === 0 ? `${files.length} files are as they were written\n` : `${faults.length} faults\n`)
    return faults.length === 0 ? EXIT.good : EXIT.faults
  } catch (error) {
    const path = error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : undefined
    if (path === undefined && !(error instanceof KeyFileFault)) throw error
    io.err(`rekey: ${path === undefined ? String(error) : `\`${shownPath(path, io.cwd)}\` cannot be read`}\n`)
    return EXIT.faults
  }
}

async function filesAt(path: string): Promise<readonly string[]> {
  return (await stat(path)).isDirectory() ? auditFilesIn(path) : [path]
}

function textOf(path: string): AuditText {
  return {
    path,
    async *lines() {
      const file = await open(path, 'r')
      try {
        yield* file.readLines()
      } finally {
        await file.close()
      }
    },
  }
}
