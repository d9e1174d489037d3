import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SHIPPED = fileURLToPath(new URL('../../flows/', import.meta.url))
const FLOWS = [
  'forgerock/reset-email.yaml',
  'centrify/login.yaml',
  'centrify/forgot.yaml',
  'airlock/password-reset.yaml',
  'cidaas/forgot.yaml',
  'cidaas/change.yaml',
  'bright-pattern/generate.yaml',
]

/**
 * The shipped flows that are played, without limits of their own: those are about people who come a few times an hour, and ours come all the time.
 * So codes are longer, or the compiler says that they can be guessed.
 * @param {string} folder
 */
export function writeFlows(folder) {
  mkdirSync(folder)
  for (const path of FLOWS) {
    const text = readFileSync(join(SHIPPED, path), 'utf8')
      .replace(/^limits:\n(?: .*\n)+/m, '')
      .replace('length: 6', 'length: 8')
    writeFileSync(join(folder, `${path.split('/')[0]}-${basename(path)}`), text)
  }
}
