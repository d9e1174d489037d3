import { basename } from 'node:path'
import { watch } from 'chokidar'

/** Paths under watch. */
export interface Watching {
  /** Lets go of them, and waits for what is in hand. */
  close(): Promise<void>
}

/** How long it must be quiet before anybody is told: editors save in several moves, and a checkout changes many files at once. */
const QUIET_MS = 60

/**
 * Watches folders, their subfolders, and files, which need not be there yet. What changes while somebody is told is told afterwards, in one
 * call, so that calls never overlap.
 * @param onChange takes the absolute paths that changed, each once, sorted.
 */
export async function watchFiles(paths: readonly string[], onChange: (changed: readonly string[]) => Promise<void>): Promise<Watching> {
  const watcher = watch([...paths], { ignoreInitial: true, ignored: isIgnored(paths) })
  const changed = new Set<string>()
  let quiet: NodeJS.Timeout | undefined
  let telling = Promise.resolve()

  const tell = async (): Promise<void> => {
    const told = [...changed].toSorted()
    changed.clear()
    if (told.length > 0) await onChange(told)
  }
  watcher.on('all', (_, path) => {
    changed.add(path)
    clearTimeout(quiet)
    quiet = setTimeout(() => void (telling = telling.then(tell)), QUIET_MS)
  })
  await new Promise<void>((resolve) => watcher.once('ready', resolve))
  return {
    async close() {
      clearTimeout(quiet)
      await watcher.close()
      await telling
    },
  }
}

/** Names that begin with a dot are no flows: swap files of editors, and folders of tools. What was named itself is watched all the same. */
function isIgnored(paths: readonly string[]): (path: string) => boolean {
  return (path) => basename(path).startsWith('.') && !paths.includes(path)
}
